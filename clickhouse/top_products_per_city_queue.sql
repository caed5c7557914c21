-- Top products per city and day: the queue
-- What has the topic `top_products_per_city` brought since the last look?
-- Debezium's envelope: the row before and after a change, and what the change was (c, u or d).
CREATE TABLE ${NS:-}top_products_per_city_queue (
  before Tuple(
    city_id    Int32,
    day        Date32,
    rank       Int64,
    product_id Int32,
    revenue    Nullable(Decimal(14, 2)),
    items      Int64
  ),
  after Tuple(
    city_id    Int32,
    day        Date32,
    rank       Int64,
    product_id Int32,
    revenue    Nullable(Decimal(14, 2)),
    items      Int64
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}top_products_per_city',
  kafka_group_name = '${NS:-}clickhouse_top_products_per_city',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
