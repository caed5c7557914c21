-- Dead letters: the queue
-- What has the topic `dead_letters` brought since the last look?
-- A consumer, not a store: each message is seen once, by the feed.
CREATE TABLE ${NS:-}dead_letters_queue (
  source_topic     String,
  source_partition Int32,
  source_offset    Int64,
  record_time      DateTime64(3, 'UTC'),
  key_bytes        Nullable(String),
  value_bytes      Nullable(String),
  error_type       String,
  error_message    String,
  job              String,
  failed_at        DateTime64(3, 'UTC')
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}dead_letters',
  kafka_group_name = '${NS:-}clickhouse_dead_letters',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
