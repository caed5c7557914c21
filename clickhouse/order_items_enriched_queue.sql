-- Order lines, enriched: the queue
-- What has the topic `order_items_enriched` brought since the last look?
-- A consumer, not a store: each message is seen once, by the feed.
CREATE TABLE ${NS:-}order_items_enriched_queue (
  order_id            String,
  line_no             Int32,
  ordered_at          DateTime64(3, 'UTC'),
  channel             String,
  city_id             Int32,
  city                Nullable(String),
  country_code        Nullable(String),
  customer_id         Int32,
  customer            Nullable(String),
  segment             Nullable(String),
  salesperson_id      Int32,
  salesperson         Nullable(String),
  team                Nullable(String),
  salesperson_country Nullable(String),
  product_id          Int32,
  product             Nullable(String),
  category            Nullable(String),
  supplier_id         Nullable(Int32),
  quantity            Int32,
  unit_price          Decimal(12, 2),
  list_price          Nullable(Decimal(12, 2)),
  unit_cost           Nullable(Decimal(12, 2)),
  revenue             Nullable(Decimal(14, 2)),
  cost                Nullable(Decimal(14, 2)),
  margin              Nullable(Decimal(14, 2))
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}order_items_enriched',
  kafka_group_name = '${NS:-}clickhouse_order_items_enriched',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
