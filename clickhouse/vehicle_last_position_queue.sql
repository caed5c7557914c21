-- Last position of each vehicle: the queue
-- What has the topic `vehicle_last_position` brought since the last look?
-- Debezium's envelope: the row before and after a change, and what the change was (c, u or d).
CREATE TABLE ${NS:-}vehicle_last_position_queue (
  before Tuple(
    vehicle_id   Int32,
    latitude     Decimal(9, 6),
    longitude    Decimal(9, 6),
    speed_kmh    Decimal(5, 1),
    heading_deg  Int32,
    cargo_temp_c Nullable(Decimal(5, 2)),
    measured_at  DateTime64(3, 'UTC')
  ),
  after Tuple(
    vehicle_id   Int32,
    latitude     Decimal(9, 6),
    longitude    Decimal(9, 6),
    speed_kmh    Decimal(5, 1),
    heading_deg  Int32,
    cargo_temp_c Nullable(Decimal(5, 2)),
    measured_at  DateTime64(3, 'UTC')
  ),
  op String
) ENGINE = Kafka
SETTINGS
  kafka_broker_list = '${KAFKA_BOOTSTRAP}',
  kafka_topic_list = '${NS:-}vehicle_last_position',
  kafka_group_name = '${NS:-}clickhouse_vehicle_last_position',
  kafka_format = 'JSONEachRow',
  kafka_num_consumers = 1,
  kafka_flush_interval_ms = 1000,
  kafka_poll_timeout_ms = 200,
  kafka_consumer_reschedule_ms = 100,
  kafka_poll_max_batch_size = 5000,
  date_time_input_format = 'best_effort';
