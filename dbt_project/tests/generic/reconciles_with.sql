{# Every landed row is in the model and the other way round, told apart by some columns. What landed less than
   `settling` before the model's newest row is not asked for: the model may have been built before it was committed. #}
{% test reconciles_with(model, landing, columns, among='true') %}
{% set names = columns | join(', ') %}

with landed as (

  select {{ names }}, landed_at from {{ landing }}

),

built as (

  select {{ names }} from {{ model }} where {{ among }}

),

settled as (

  select {{ names }}
  from landed
  where landed_at <= (select max(landed_at) - interval '{{ var("settling") }}' from {{ model }})

)

(select 'missing' as what, {{ names }} from settled except select 'missing', {{ names }} from built)
union all
(select 'unexpected' as what, {{ names }} from built except select 'unexpected', {{ names }} from landed)

{% endtest %}
