-- Salespeople: the queue
-- What has the topic `shop.public.salespeople` brought since the last look?
-- Debezium's envelope from the shop's database; what else it holds (source, times) is skipped.
CREATE TABLE ${NS:-}salespeople_queue (
  before Tuple(
    salesperson_id Int32,
    name           Nullable(String),
    country_code   Nullable(String),
    team           Nullable(String),
    active         Nullable(Bool),
    updated_at     DateTime64(3, 'UTC')
  ),
  after Tuple(
    salesperson_id Int32,
    name           Nullable(String),
    country_code   Nullable(String),
    team           Nullable(String),
    active         Nullable(Bool),
    updated_at     DateTime64(3, 'UTC')
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}shop.public.salespeople',
  kafka_group_name = '${NS:-}clickhouse_salespeople',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 5000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
