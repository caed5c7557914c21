-- Order lines, as ksqlDB reads them
-- What was sold, where and for how much?
-- The typed topic that parse_orders writes: no record is broken or late, and its event time rules windows. Flink writes as many digits
-- of a second as there are, none to three.
CREATE STREAM ${NS:-}order_items (
  order_id    VARCHAR KEY,
  line_no     INTEGER,
  city_id     INTEGER,
  channel     VARCHAR,
  product_id  INTEGER,
  quantity    INTEGER,
  unit_price  DECIMAL(12, 2),
  ordered_at  VARCHAR
) WITH (
  KAFKA_TOPIC = '${NS:-}order_items',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON',
  TIMESTAMP = 'ordered_at',
  TIMESTAMP_FORMAT = 'yyyy-MM-dd''T''HH:mm:ss[.SSS][.SS][.S]X'
);
