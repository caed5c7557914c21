{# A key of our own for a row: the same for the same values in every run, so that facts need not be built anew. #}
{% macro surrogate_key(columns) -%}
  md5({% for column in columns %}cast({{ column }} as text){% if not loop.last %} || '|' || {% endif %}{% endfor %})
{%- endmacro %}

{# The key of the row that stands for what is not known, in every dimension. #}
{% macro unknown_key() -%}
  '00000000000000000000000000000000'
{%- endmacro %}

{# Milliseconds since 1970: a time that reads the same in every session's time zone. #}
{% macro millis(time) -%}
  cast(extract(epoch from {{ time }}) * 1000 as bigint)
{%- endmacro %}

{% macro utc_day(time) -%}
  cast({{ time }} at time zone 'UTC' as date)
{%- endmacro %}

{# The key of dim_date: 20261231. #}
{% macro date_key(day) -%}
  cast(to_char({{ day }}, 'YYYYMMDD') as integer)
{%- endmacro %}

{# A dimension's key, or that of its unknown row. #}
{% macro known(key) -%}
  coalesce({{ key }}, {{ unknown_key() }})
{%- endmacro %}

{# A UTC day's last millisecond. #}
{% macro last_instant(day) -%}
  (cast({{ day }} + 1 as timestamp) at time zone 'UTC' - interval '1 millisecond')
{%- endmacro %}
