-- Top salespeople per country and day, for readers of changelogs
-- Which three salespeople earn most in each country today?
-- Debezium envelopes, keyed and hash-partitioned by country, day and rank: one rank's changes stay in order, and the newest holds it.
CREATE TABLE top_salespeople_per_country (
  country_code   STRING,
  `day`          DATE,
  `rank`         BIGINT,
  salesperson_id INT,
  salesperson    STRING,
  revenue        DECIMAL(14, 2),
  orders         BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}top_salespeople_per_country',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'country_code;day;rank',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}top_salespeople_per_country-top_salespeople_per_country'
);
