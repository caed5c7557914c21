-- Weather observations: the queue
-- What has the topic `weather_observations` brought since the last look?
-- A consumer, not a store: each message is seen once, by the feed.
CREATE TABLE ${NS:-}weather_observations_queue (
  city_id          Int32,
  temp_c           Decimal(5, 2),
  wind_kmh         Decimal(5, 1),
  precipitation_mm Decimal(6, 2),
  condition        String,
  observed_at      DateTime64(3, 'UTC')
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}weather_observations',
  kafka_group_name = '${NS:-}clickhouse_weather_observations',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 5000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
