-- Copies queue
CREATE TABLE ${NS:-}copies_queue (
  before Tuple(order_id String, amount Decimal(12, 2)),
  after  Tuple(order_id String, amount Decimal(12, 2)),
  op     String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}copies',
  kafka_group_name = '${NS:-}copies',
  kafka_format = 'JSONEachRow';
