with purchase_orders as (

  select * from {{ ref('fct_purchase_order') }}

),

dates as (

  select * from {{ ref('dim_date') }}

),

counted as (

  select
    dates.month_start,
    purchase_orders.supplier_key,
    count(*) as received_orders,
    count(*) filter (where purchase_orders.is_on_time) as on_time_orders,
    coalesce(sum(purchase_orders.received_quantity), 0) as received_units,
    coalesce(sum(purchase_orders.defective_quantity), 0) as defective_units
  from purchase_orders
  inner join dates on purchase_orders.receipt_date_key = dates.date_key
  where purchase_orders.is_received
  group by 1, 2

)

select
  {{ surrogate_key(['month_start', 'supplier_key']) }} as supplier_month_key,
  month_start,
  supplier_key,
  received_orders,
  on_time_orders,
  received_units,
  defective_units,
  {{ kpi('supplier_on_time_share') }} as supplier_on_time_share,
  {{ kpi('supplier_defect_share') }} as supplier_defect_share
from counted
group by month_start, supplier_key, received_orders, on_time_orders, received_units, defective_units
