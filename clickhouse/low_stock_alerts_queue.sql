-- Low stock alerts: the queue
-- What has the topic `low_stock_alerts` brought since the last look?
-- Debezium's envelope: the row before and after a change, and what the change was (c, u or d).
CREATE TABLE ${NS:-}low_stock_alerts_queue (
  before Tuple(
    warehouse_id    Int32,
    product_id      Int32,
    product         String,
    level           Int64,
    reorder_point   Int32,
    last_changed_at DateTime64(3, 'UTC')
  ),
  after Tuple(
    warehouse_id    Int32,
    product_id      Int32,
    product         String,
    level           Int64,
    reorder_point   Int32,
    last_changed_at DateTime64(3, 'UTC')
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}low_stock_alerts',
  kafka_group_name = '${NS:-}clickhouse_low_stock_alerts',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
