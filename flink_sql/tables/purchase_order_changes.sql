-- Changes of purchase orders
-- What has changed in the shop's table, change by change?
-- Debezium's envelope read as plain JSON: format debezium-json would turn it into a table and hide `op` and the place in the topic.
CREATE TABLE purchase_order_changes (
  op               STRING,
  after            ROW<
    po_id              INT,
    supplier_id        INT,
    product_id         INT,
    warehouse_id       INT,
    quantity           INT,
    ordered_at         TIMESTAMP_LTZ(3),
    promised_at        TIMESTAMP_LTZ(3),
    received_at        TIMESTAMP_LTZ(3),
    received_quantity  INT,
    defective_quantity INT,
    updated_at         TIMESTAMP_LTZ(3)
  >,
  source_partition INT    METADATA FROM 'partition' VIRTUAL,
  source_offset    BIGINT METADATA FROM 'offset'    VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}shop.public.purchase_orders',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}purchase_order_history',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
