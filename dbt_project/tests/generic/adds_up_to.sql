{# Columns of a mart add up to aggregates of the rows it was made from: a join that lost or doubled some would show. #}
{% test adds_up_to(model, facts, columns, among='true') %}

with counted as (

  select {% for name in columns %}coalesce(sum({{ name }}), 0) as {{ name }}{% if not loop.last %}, {% endif %}{% endfor %}
  from {{ model }}

),

expected as (

  select
    {% for name, aggregate in columns.items() %}
    coalesce({{ aggregate }}, 0) as {{ name }}{% if not loop.last %},{% endif %}

    {% endfor %}
  from {{ facts }}
  where {{ among }}

)

select 'expected' as what, expected.*
from expected
where not exists (select 1 from counted where {% for name in columns %}counted.{{ name }} = expected.{{ name }}{% if not loop.last %} and {% endif %}{% endfor %})

{% endtest %}
