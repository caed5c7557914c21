-- Shipment delays: the queue
-- What has the topic `shipment_delays` brought since the last look?
-- Debezium's envelope: the row before and after a change, and what the change was (c, u or d).
CREATE TABLE ${NS:-}shipment_delays_queue (
  before Tuple(
    order_id     String,
    shipment_id  String,
    city_id      Int32,
    ordered_at   DateTime64(3, 'UTC'),
    promised_at  DateTime64(3, 'UTC'),
    delivered_at DateTime64(3, 'UTC'),
    is_late      Bool,
    minutes_late Int64
  ),
  after Tuple(
    order_id     String,
    shipment_id  String,
    city_id      Int32,
    ordered_at   DateTime64(3, 'UTC'),
    promised_at  DateTime64(3, 'UTC'),
    delivered_at DateTime64(3, 'UTC'),
    is_late      Bool,
    minutes_late Int64
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}shipment_delays',
  kafka_group_name = '${NS:-}clickhouse_shipment_delays',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
