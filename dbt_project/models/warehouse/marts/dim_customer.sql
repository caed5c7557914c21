with customers as (

  select * from {{ ref('stg_customers') }}

),

cities as (

  select * from {{ ref('dim_city') }}

)

select
  {{ surrogate_key(['customer_id']) }} as customer_key,
  customers.customer_id,
  customers.customer_name,
  customers.segment,
  {{ known('cities.city_key') }} as city_key,
  customers.landed_at
from customers
left join cities on customers.city_id = cities.city_id

union all

select {{ unknown_key() }}, 0, 'unknown', null, {{ unknown_key() }}, '-infinity'
