-- Copies queue
CREATE TABLE ${NS:-}copies_queue (
  order_id String,
  amout    Decimal(12, 2)
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}copies',
  kafka_group_name = '${NS:-}copies',
  kafka_format = 'JSONEachRow';
