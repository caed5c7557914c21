-- Orders, checked
-- Which orders can be counted, which came too late, and which cannot be read, and why?
-- The first check that fails names the error; the fields of an order without error are typed here.
CREATE VIEW orders_checked AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  JSON_VALUE(order_id, '$[0]')                        AS order_id,
  TRY_CAST(JSON_VALUE(customer_id, '$[0]') AS INT)    AS customer_id,
  TRY_CAST(JSON_VALUE(salesperson_id, '$[0]') AS INT) AS salesperson_id,
  TRY_CAST(JSON_VALUE(city_id, '$[0]') AS INT)        AS city_id,
  JSON_VALUE(channel, '$[0]')                         AS channel,
  ordered_time                                        AS ordered_at,
  promised_time                                       AS promised_at,
  line_objects,
  CASE
    WHEN not_json IS NOT NULL              THEN 'not_json'
    WHEN missing_field IS NOT NULL         THEN 'missing_field'
    WHEN wrong_type IS NOT NULL            THEN 'wrong_type'
    WHEN unknown_enum IS NOT NULL          THEN 'unknown_enum'
    WHEN quantity_not_positive IS NOT NULL THEN 'quantity_not_positive'
    WHEN event_time_in_future IS NOT NULL  THEN 'event_time_in_future'
  END AS error_type,
  -- What was found stands in a JSON array: its brackets go.
  LEFT(
    REGEXP_REPLACE(
      COALESCE(not_json, missing_field, wrong_type, unknown_enum, quantity_not_positive, event_time_in_future),
      '(?<= found )\[|]$',
      ''
    ),
    300
  ) AS error_message,
  record_time > ordered_time + INTERVAL '10' SECOND AS is_late
FROM orders_judged;
