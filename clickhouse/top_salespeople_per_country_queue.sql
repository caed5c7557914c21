-- Top salespeople per country and day: the queue
-- What has the topic `top_salespeople_per_country` brought since the last look?
-- Debezium's envelope: the row before and after a change, and what the change was (c, u or d).
CREATE TABLE ${NS:-}top_salespeople_per_country_queue (
  before Tuple(
    country_code   String,
    day            Date32,
    rank           Int64,
    salesperson_id Int32,
    salesperson    Nullable(String),
    revenue        Nullable(Decimal(14, 2)),
    orders         Int64
  ),
  after Tuple(
    country_code   String,
    day            Date32,
    rank           Int64,
    salesperson_id Int32,
    salesperson    Nullable(String),
    revenue        Nullable(Decimal(14, 2)),
    orders         Int64
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}top_salespeople_per_country',
  kafka_group_name = '${NS:-}clickhouse_top_salespeople_per_country',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
