-- Shipment event history
-- What happened to every shipment, event by event?
-- One row a good record, by its place in the topic it came from; nothing is ever changed.
CREATE TABLE bronze.${NS:-}shipment_event_history (
  shipment_id      text           NOT NULL,
  order_id         text           NOT NULL,
  warehouse_id     integer        NOT NULL,
  vehicle_id       integer        NOT NULL,
  status           text           NOT NULL,
  event_at         timestamptz(3) NOT NULL,
  record_time      timestamptz(3) NOT NULL,
  source_partition integer        NOT NULL,
  source_offset    bigint         NOT NULL,
  landed_at        timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_partition, source_offset)
);
