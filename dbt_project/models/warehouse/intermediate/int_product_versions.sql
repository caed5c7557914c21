{{ versions(ref('stg_product_changes'), 'product_id', 'product_key') }}
