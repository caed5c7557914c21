-- What each product's stock in each warehouse did on each UTC day with a movement.
with movements as (

  select * from {{ ref('stg_stock_movements') }}

)

select
  warehouse_id,
  product_id,
  {{ utc_day('changed_at') }} as day,
  sum(delta) as net_change,
  coalesce(sum(delta) filter (where reason = 'receipt'), 0) as received,
  coalesce(sum(delta) filter (where reason = 'return'), 0) as returned,
  coalesce(-sum(delta) filter (where reason = 'sale'), 0) as sold,
  coalesce(-sum(delta) filter (where reason = 'loss'), 0) as lost,
  coalesce(sum(delta) filter (where reason = 'adjustment'), 0) as adjusted,
  max(landed_at) as landed_at
from movements
group by warehouse_id, product_id, day
