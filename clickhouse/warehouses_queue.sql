-- Warehouses: the queue
-- What has the topic `shop.public.warehouses` brought since the last look?
-- Debezium's envelope from the shop's database; what else it holds (source, times) is skipped.
CREATE TABLE ${NS:-}warehouses_queue (
  before Tuple(
    warehouse_id Int32,
    name         Nullable(String),
    city_id      Nullable(Int32),
    capacity     Nullable(Int32),
    updated_at   DateTime64(3, 'UTC')
  ),
  after Tuple(
    warehouse_id Int32,
    name         Nullable(String),
    city_id      Nullable(Int32),
    capacity     Nullable(Int32),
    updated_at   DateTime64(3, 'UTC')
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}shop.public.warehouses',
  kafka_group_name = '${NS:-}clickhouse_warehouses',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 5000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
