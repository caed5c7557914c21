-- Publication of the shop
-- Which tables does change data capture read?
-- Full replica identity (set by `millstream seed`) gives every change the row as it was before.
CREATE PUBLICATION shop_cdc
FOR TABLE cities, suppliers, products, customers, salespeople, warehouses, purchase_orders;
