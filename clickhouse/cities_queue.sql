-- Cities: the queue
-- What has the topic `shop.public.cities` brought since the last look?
-- Debezium's envelope from the shop's database; what else it holds (source, times) is skipped.
CREATE TABLE ${NS:-}cities_queue (
  before Tuple(
    city_id      Int32,
    name         Nullable(String),
    country      Nullable(String),
    country_code Nullable(String),
    latitude     Nullable(Decimal(9, 6)),
    longitude    Nullable(Decimal(9, 6)),
    population   Nullable(Int32),
    updated_at   DateTime64(3, 'UTC')
  ),
  after Tuple(
    city_id      Int32,
    name         Nullable(String),
    country      Nullable(String),
    country_code Nullable(String),
    latitude     Nullable(Decimal(9, 6)),
    longitude    Nullable(Decimal(9, 6)),
    population   Nullable(Int32),
    updated_at   DateTime64(3, 'UTC')
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}shop.public.cities',
  kafka_group_name = '${NS:-}clickhouse_cities',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 5000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
