-- Shipment delays, for readers of changelogs
-- Which orders came late, and by how much?
-- Debezium envelopes (before, after, op), keyed and hash-partitioned by order_id: one key's changes stay in order.
CREATE TABLE shipment_delays (
  order_id     STRING,
  shipment_id  STRING,
  city_id      INT,
  ordered_at   TIMESTAMP_LTZ(3),
  promised_at  TIMESTAMP_LTZ(3),
  delivered_at TIMESTAMP_LTZ(3),
  is_late      BOOLEAN,
  minutes_late BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}shipment_delays',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'order_id',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}shipment_delays-shipment_delays'
);
