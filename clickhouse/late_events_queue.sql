-- Late events: the queue
-- What has the topic `late_events` brought since the last look?
-- A consumer, not a store: each message is seen once, by the feed.
CREATE TABLE ${NS:-}late_events_queue (
  source_topic     String,
  source_partition Int32,
  source_offset    Int64,
  record_time      DateTime64(3, 'UTC'),
  event_time       DateTime64(3, 'UTC'),
  key_bytes        Nullable(String),
  value_bytes      Nullable(String),
  job              String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}late_events',
  kafka_group_name = '${NS:-}clickhouse_late_events',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
