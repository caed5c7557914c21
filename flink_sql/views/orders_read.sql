-- Orders, taken apart
-- Which fields does each record hold, exactly as they were sent?
-- Each field is a JSON array of one element: '["5"]' is text, '[5]' a number, NULL a field that is absent or null.
-- UNNEST of an array of one row works each field out once; a plain expression would be repeated wherever its column is used.
CREATE VIEW orders_read AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  value_text,
  fields.*
FROM (
  SELECT *, DECODE(value_bytes, 'UTF-8') AS value_text
  FROM orders
) AS records
CROSS JOIN UNNEST(ARRAY[ROW(
  -- DECODE puts a replacement mark where bytes are not UTF-8; the way back then gives other bytes.
  ENCODE(value_text, 'UTF-8') = value_bytes,
  -- IS JSON reads no further than the end of the first value. What follows cannot fit both an array and an object around it.
  value_text IS JSON OBJECT
    AND CONCAT('[', value_text, ']') IS JSON ARRAY
    AND CONCAT('{"value":', value_text, '}') IS JSON OBJECT,
  JSON_QUERY(value_text, '$.order_id' WITH WRAPPER),
  JSON_QUERY(value_text, '$.customer_id' WITH WRAPPER),
  JSON_QUERY(value_text, '$.salesperson_id' WITH WRAPPER),
  JSON_QUERY(value_text, '$.city_id' WITH WRAPPER),
  JSON_QUERY(value_text, '$.channel' WITH WRAPPER),
  JSON_QUERY(value_text, '$.ordered_at' WITH WRAPPER),
  JSON_QUERY(value_text, '$.promised_at' WITH WRAPPER),
  -- Only arrays can be sliced and only objects have keys: there are as many line objects as lines
  -- when `lines` is an array of objects and of nothing else. Each is canonical JSON, its keys in order:
  -- {"line_no":1,"product_id":"7","quantity":2,"unit_price":9.90}
  JSON_VALUE(value_text, '$.lines.length()' RETURNING INTEGER),
  JSON_QUERY(value_text, '$.lines[0:]["line_no","product_id","quantity","unit_price"]' RETURNING ARRAY<STRING>)
)]) AS fields (
  is_utf8,
  is_json_object,
  order_id,
  customer_id,
  salesperson_id,
  city_id,
  channel,
  ordered_at,
  promised_at,
  line_count,
  line_objects
);
