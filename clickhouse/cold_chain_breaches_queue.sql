-- Cold chain breaches: the queue
-- What has the topic `cold_chain_breaches` brought since the last look?
-- Debezium's envelope: the row before and after a change, and what the change was (c, u or d).
CREATE TABLE ${NS:-}cold_chain_breaches_queue (
  before Tuple(
    vehicle_id Int32,
    started_at DateTime64(3, 'UTC'),
    ended_at   DateTime64(3, 'UTC'),
    readings   Int64,
    max_temp_c Decimal(5, 2),
    duration_s Int64
  ),
  after Tuple(
    vehicle_id Int32,
    started_at DateTime64(3, 'UTC'),
    ended_at   DateTime64(3, 'UTC'),
    readings   Int64,
    max_temp_c Decimal(5, 2),
    duration_s Int64
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}cold_chain_breaches',
  kafka_group_name = '${NS:-}clickhouse_cold_chain_breaches',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
