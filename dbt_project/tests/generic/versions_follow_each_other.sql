{# Versions of one id leave no gap and do not overlap, and exactly one is the newest. #}
{% test versions_follow_each_other(model, id) %}

with versions as (

  select
    {{ id }},
    valid_from,
    valid_to,
    is_current,
    lead(valid_from) over (partition by {{ id }} order by valid_from) as next_from,
    count(*) filter (where is_current) over (partition by {{ id }}) as newest
  from {{ model }}

)

select *
from versions
where valid_to is distinct from next_from or newest <> 1 or is_current <> (valid_to is null)

{% endtest %}
