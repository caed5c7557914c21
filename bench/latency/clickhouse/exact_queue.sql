-- Passed events, exactly once: the queue
-- What has the topic `exact` brought since the last look?
-- The settings of the worked example's queues.
CREATE TABLE ${NS:-}exact_queue (
  id           Int64,
  city_id      Int32,
  amount       Decimal(12, 2),
  scheduled_ms Int64
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}exact',
  kafka_group_name = '${NS:-}clickhouse_exact',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 50,
  kafka_poll_timeout_ms = 20,
  kafka_consumer_reschedule_ms = 10,
  kafka_poll_max_batch_size = 5000;
