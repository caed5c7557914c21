-- Named queue
CREATE TABLE ${NS:-}named_queue (
  order_id String,
  name     String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}named',
  kafka_group_name = '${NS:-}named',
  kafka_format = 'JSONEachRow';
