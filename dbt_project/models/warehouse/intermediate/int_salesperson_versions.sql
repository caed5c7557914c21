{{ versions(ref('stg_salesperson_changes'), 'salesperson_id', 'salesperson_key') }}
