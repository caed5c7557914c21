-- Top products per city and day, for readers of changelogs
-- Which three products earn most in each city today?
-- Debezium envelopes, keyed and hash-partitioned by city, day and rank: one rank's changes stay in order, and the newest holds it.
CREATE TABLE top_products_per_city (
  city_id    INT,
  `day`      DATE,
  `rank`     BIGINT,
  product_id INT,
  revenue    DECIMAL(14, 2),
  items      BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}top_products_per_city',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'city_id;day;rank',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}top_products_per_city-top_products_per_city'
);
