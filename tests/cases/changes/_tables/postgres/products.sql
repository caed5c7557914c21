-- Products, as PostgreSQL holds them while a case runs
CREATE TABLE products (
  product_id text PRIMARY KEY,
  name       text NOT NULL,
  category   text NOT NULL
);
INSERT INTO products (product_id, name, category)
VALUES ('p1', 'lamp', 'home'), ('p2', 'desk', 'office'), ('p3', 'chair', 'office'), ('p9', 'closing', 'none');
