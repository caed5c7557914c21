{# Type-2 versions from a change history: one row an id and `updated_at`, valid until the next one.
   Order is that of `updated_at`, not of arrival, so a change that came late takes its place; of two changes of one
   instant (a repeated snapshot) the one further on in the topic counts. The streams join the same way. #}
{% macro versions(changes, id, key) -%}
  select
    {{ surrogate_key([id, millis('updated_at')]) }} as {{ key }},
    settled.*,
    updated_at as valid_from,
    lead(updated_at) over (partition by {{ id }} order by updated_at) as valid_to,
    lead(updated_at) over (partition by {{ id }} order by updated_at) is null as is_current
  from (
    select distinct on ({{ id }}, updated_at) *
    from {{ changes }}
    order by {{ id }}, updated_at, source_offset desc
  ) as settled
{%- endmacro %}

{# Whether version `version` holds at `time`. #}
{% macro holds_at(version, time) -%}
  {{ time }} >= {{ version }}.valid_from and ({{ time }} < {{ version }}.valid_to or {{ version }}.valid_to is null)
{%- endmacro %}
