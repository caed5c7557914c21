-- Products of the shop
-- What does the shop sell, at which cost and list price?
-- Every change of the shop's table, as Debezium sends it: a versioned table. `updated_at` is when a version begins; a heartbeat
-- row (id 0) moves the watermark. One partition, read by one subtask: a second one would hold the watermark back for ever.
CREATE TABLE shop_products (
  product_id    INT,
  sku           STRING,
  name          STRING,
  category      STRING,
  supplier_id   INT,
  unit_cost     DECIMAL(12, 2),
  list_price    DECIMAL(12, 2),
  weight_kg     DECIMAL(8, 3),
  reorder_point INT,
  cold_chain    BOOLEAN,
  active        BOOLEAN,
  updated_at    TIMESTAMP_LTZ(3),
  PRIMARY KEY (product_id) NOT ENFORCED,
  WATERMARK FOR updated_at AS updated_at - INTERVAL '0.001' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}shop.public.products',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.parallelism' = '1',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601'
);
