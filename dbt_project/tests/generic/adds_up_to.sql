{# Columns of a mart add up to aggregates of the rows it was made from: a join that lost or doubled some would show. #}
{% test adds_up_to(model, facts, columns, among='true') %}

with built as (

  select
    {% for name in columns %}
    coalesce(sum({{ name }}), 0) as built_{{ name }}{{ "," if not loop.last }}
    {% endfor %}
  from {{ model }}

),

expected as (

  select
    {% for name, aggregate in columns.items() %}
    coalesce({{ aggregate }}, 0) as expected_{{ name }}{{ "," if not loop.last }}
    {% endfor %}
  from {{ facts }}
  where {{ among }}

)

select *
from built
cross join expected
where {% for name in columns %}built_{{ name }} <> expected_{{ name }}{{ " or " if not loop.last }}{% endfor %}

{% endtest %}
