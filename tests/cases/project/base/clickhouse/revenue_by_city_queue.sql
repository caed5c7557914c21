-- Revenue by city: the queue
CREATE TABLE ${NS:-}revenue_by_city_queue (
  before Tuple(city_id Int32, revenue Decimal(14, 2)),
  after  Tuple(city_id Int32, revenue Decimal(14, 2)),
  op     String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}revenue_by_city',
  kafka_group_name = '${NS:-}clickhouse_revenue_by_city',
  kafka_format = 'JSONEachRow';
