-- Changes of salespeople
-- What has changed in the shop's table, change by change?
-- Debezium's envelope read as plain JSON: format debezium-json would turn it into a table and hide `op` and the place in the topic.
CREATE TABLE salesperson_changes (
  op               STRING,
  after            ROW<
    salesperson_id INT,
    name           STRING,
    country_code   STRING,
    team           STRING,
    active         BOOLEAN,
    updated_at     TIMESTAMP_LTZ(3)
  >,
  source_partition INT    METADATA FROM 'partition' VIRTUAL,
  source_offset    BIGINT METADATA FROM 'offset'    VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}shop.public.salespeople',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}salesperson_history',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
