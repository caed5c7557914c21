-- Changes of products
-- What has changed in the shop's table, change by change?
-- Debezium's envelope read as plain JSON: format debezium-json would turn it into a table and hide `op` and the place in the topic.
CREATE TABLE product_changes (
  op               STRING,
  after            ROW<
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
    updated_at    TIMESTAMP_LTZ(3)
  >,
  source_partition INT    METADATA FROM 'partition' VIRTUAL,
  source_offset    BIGINT METADATA FROM 'offset'    VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}shop.public.products',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}product_history',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
