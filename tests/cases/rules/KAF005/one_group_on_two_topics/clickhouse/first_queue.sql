-- First_queue
CREATE TABLE ${NS:-}first_queue (
  order_id String,
  city_id  Int32
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}orders',
  kafka_group_name = '${NS:-}readers',
  kafka_format = 'JSONEachRow';
