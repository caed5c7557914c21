{# The newest day's closing level is the level that the streams keep, for each stock that has not moved since. #}
{% test closes_at_the_landed_level(model) %}

with closing as (

  select warehouse_id, product_id, closing_level
  from {{ model }}
  where day = (select max(day) from {{ model }})

),

settled as (

  select warehouse_id, product_id
  from {{ ref('stg_stock_movements') }}
  group by warehouse_id, product_id
  having max(landed_at) <= (select max(landed_at) - interval '{{ var("settling") }}' from {{ model }})

),

levels as (

  select warehouse_id, product_id, level from {{ ref('stg_stock_levels') }}

)

select settled.warehouse_id, settled.product_id, closing.closing_level, levels.level
from settled
left join closing
  on settled.warehouse_id = closing.warehouse_id and settled.product_id = closing.product_id
left join levels
  on settled.warehouse_id = levels.warehouse_id and settled.product_id = levels.product_id
where closing.closing_level is distinct from levels.level

{% endtest %}
