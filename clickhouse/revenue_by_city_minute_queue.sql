-- Revenue by city and minute: the queue
-- What has the topic `revenue_by_city_minute` brought since the last look?
-- Debezium's envelope: the row before and after a change, and what the change was (c, u or d).
CREATE TABLE ${NS:-}revenue_by_city_minute_queue (
  before Tuple(
    city_id Int32,
    minute  DateTime64(3, 'UTC'),
    revenue Nullable(Decimal(14, 2)),
    orders  Int64,
    items   Int64
  ),
  after Tuple(
    city_id Int32,
    minute  DateTime64(3, 'UTC'),
    revenue Nullable(Decimal(14, 2)),
    orders  Int64,
    items   Int64
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}revenue_by_city_minute',
  kafka_group_name = '${NS:-}clickhouse_revenue_by_city_minute',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
