{# Since when rows are new to `this`: what was committed late is looked for behind the newest row. #}
{% macro new_since() -%}
  (select coalesce(max(landed_at), '-infinity') - interval '{{ var("look_back") }}' from {{ this }})
{%- endmacro %}

{# Whether a dimension's row that fits `facts` landed since: a version from `at` or before, where versions are told
   apart by time. #}
{% macro has_new_row(dimension, id, facts, at=none) -%}
  exists (
    select 1
    from {{ dimension }} as arrived
    where
      arrived.{{ id }} = {{ facts }}.{{ id }}
      and arrived.landed_at > {{ new_since() }}
      {% if at %}and arrived.valid_from <= {{ facts }}.{{ at }}{% endif %}
  )
{%- endmacro %}

{# Whether a row landed long enough before this run that everything the streams knew then has landed too. A fact that
   took younger rows could join them to dimensions that were read a moment too early; they wait for the next run. #}
{% macro has_settled(landed_at) -%}
  {{ landed_at }} <= cast('{{ run_started_at.isoformat() }}' as timestamptz) - interval '{{ var("settling") }}'
{%- endmacro %}
