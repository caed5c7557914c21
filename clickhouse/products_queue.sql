-- Products: the queue
-- What has the topic `shop.public.products` brought since the last look?
-- Debezium's envelope from the shop's database; what else it holds (source, times) is skipped.
CREATE TABLE ${NS:-}products_queue (
  before Tuple(
    product_id    Int32,
    sku           Nullable(String),
    name          Nullable(String),
    category      Nullable(String),
    supplier_id   Nullable(Int32),
    unit_cost     Nullable(Decimal(12, 2)),
    list_price    Nullable(Decimal(12, 2)),
    weight_kg     Nullable(Decimal(8, 3)),
    reorder_point Nullable(Int32),
    cold_chain    Nullable(Bool),
    active        Nullable(Bool),
    updated_at    DateTime64(3, 'UTC')
  ),
  after Tuple(
    product_id    Int32,
    sku           Nullable(String),
    name          Nullable(String),
    category      Nullable(String),
    supplier_id   Nullable(Int32),
    unit_cost     Nullable(Decimal(12, 2)),
    list_price    Nullable(Decimal(12, 2)),
    weight_kg     Nullable(Decimal(8, 3)),
    reorder_point Nullable(Int32),
    cold_chain    Nullable(Bool),
    active        Nullable(Bool),
    updated_at    DateTime64(3, 'UTC')
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}shop.public.products',
  kafka_group_name = '${NS:-}clickhouse_products',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 5000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
