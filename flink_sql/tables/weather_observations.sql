-- Weather, typed
-- What was the weather in each city?
-- One row a record; no watermark, for nothing is computed over its time.
CREATE TABLE weather_observations (
  city_id          INT,
  temp_c           DECIMAL(5, 2),
  wind_kmh         DECIMAL(5, 1),
  precipitation_mm DECIMAL(6, 2),
  `condition`      STRING,
  observed_at      TIMESTAMP_LTZ(3),
  record_time      TIMESTAMP_LTZ(3),
  source_partition INT,
  source_offset    BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}weather_observations',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.max.request.size' = '8388608',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'raw',
  'key.fields' = 'city_id',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'fixed',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}parse_weather-weather_observations'
);
