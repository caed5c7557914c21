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
