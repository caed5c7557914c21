{# A column that counts landed rows adds up to as many as landed: at least those that had settled when the model was
   built, and at most those that are there now. #}
{% test counts_landed_rows(model, landing, column) %}

with built as (

  select coalesce(sum({{ column }}), 0) as counted from {{ model }}

),

landed as (

  select count(*) as landed_now from {{ landing }}

),

settled as (

  select count(*) as landed_then
  from {{ landing }}
  where landed_at <= (select max(landed_at) - interval '{{ var("settling") }}' from {{ model }})

)

select built.counted, settled.landed_then, landed.landed_now
from built
cross join settled
cross join landed
where built.counted < settled.landed_then or built.counted > landed.landed_now

{% endtest %}
