{# A column that counts landed rows adds up to as many as landed: at least those that had settled when the model was
   built, and at most those that are there now. #}
{% test counts_landed_rows(model, landing, column) %}

with built as (

  select coalesce(sum({{ column }}), 0) as counted, max(landed_at) as landed_until from {{ model }}

),

landed as (

  select
    count(*) as now,
    count(*) filter (where landed_at <= built.landed_until - interval '{{ var("settling") }}') as settled
  from built
  left join {{ landing }} as landing on true

)

select built.counted, landed.settled, landed.now
from built
cross join landed
where built.counted < landed.settled or built.counted > landed.now

{% endtest %}
