-- Passed events, the engine's defaults: the queue
-- What has the topic `defaults` brought since the last look?
-- Nothing is set that need not be.
CREATE TABLE ${NS:-}defaults_queue (
  id           Int64,
  city_id      Int32,
  amount       Decimal(12, 2),
  scheduled_ms Int64
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}defaults',
  kafka_group_name = '${NS:-}clickhouse_defaults',
  kafka_format = 'JSONEachRow';
