-- Visits: the queue
-- Which visits has the topic brought since the last look?
-- Brokers without authentication do not look at the password.
CREATE TABLE ${NS:-}visits_queue (
  visit_id Int32,
  city_id  Int32
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}visits',
  kafka_group_name = '${NS:-}clickhouse_visits',
  kafka_format = 'JSONEachRow',
  kafka_sasl_username = 'till',
  kafka_sasl_password = '${QUEUE_PASSWORD}';
