-- A KPI's expression is one over columns of its mart; and it never gives a share below zero or above one, but margins.
{% for name, definition in var('kpis').items() %}
select '{{ name }}' as kpi, value
from (select {{ kpi(name) }} as value from {{ ref(definition.mart) }}) as computed
where
  {% if definition.unit == 'share' and name != 'margin_share' %}
  value not between 0 and 1
  {% else %}
  false
  {% endif %}
{% if not loop.last %}union all{% endif %}

{% endfor %}
