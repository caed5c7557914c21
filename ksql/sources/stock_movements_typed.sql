-- Stock movements, as ksqlDB reads them
-- What came into stock or left it, where and why?
-- The typed topic that parse_inventory_changes writes; its key is the product's number in four bytes, as KAFKA format has it.
CREATE STREAM ${NS:-}stock_movements_typed (
  product_id   INTEGER KEY,
  change_id    VARCHAR,
  warehouse_id INTEGER,
  delta        INTEGER,
  reason       VARCHAR,
  changed_at   VARCHAR
) WITH (
  KAFKA_TOPIC = '${NS:-}stock_movements_typed',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON',
  TIMESTAMP = 'changed_at',
  TIMESTAMP_FORMAT = 'yyyy-MM-dd''T''HH:mm:ss[.SSS][.SS][.S]X'
);
