{# Since when rows are new to `this`: what was committed late is looked for behind the newest row. #}
{% macro new_since() -%}
  (select coalesce(max(landed_at), '-infinity') - interval '{{ var("look_back") }}' from {{ this }})
{%- endmacro %}
