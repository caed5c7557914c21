-- Inventory levels: the queue
-- What has the topic `inventory_levels` brought since the last look?
-- Debezium's envelope: the row before and after a change, and what the change was (c, u or d).
CREATE TABLE ${NS:-}inventory_levels_queue (
  before Tuple(
    warehouse_id    Int32,
    product_id      Int32,
    level           Int64,
    last_changed_at DateTime64(3, 'UTC')
  ),
  after Tuple(
    warehouse_id    Int32,
    product_id      Int32,
    level           Int64,
    last_changed_at DateTime64(3, 'UTC')
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}inventory_levels',
  kafka_group_name = '${NS:-}clickhouse_inventory_levels',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
