-- Expected histories
-- Every change of a row and every good event, by its place in its topic.
CREATE OR REPLACE TABLE expected.product_history AS FROM shop.products WHERE op <> 'd';

CREATE OR REPLACE TABLE expected.salesperson_history AS FROM shop.salespeople WHERE op <> 'd';

CREATE OR REPLACE TABLE expected.purchase_order_history AS FROM shop.purchase_orders WHERE op <> 'd';

CREATE OR REPLACE TABLE expected.shipment_event_history AS
FROM expected.shipment_events
WHERE vehicle_id > 0;

CREATE OR REPLACE TABLE expected.inventory_change_history AS
FROM expected.stock_movements_typed
WHERE product_id > 0;
