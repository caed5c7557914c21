{# Names in the engines: the schema is the layer's own, and the namespace stands in front of every name, as in the
   landing tables' files. #}

{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{% macro generate_alias_name(custom_alias_name, node) -%}
  {{ env_var('MILLSTREAM_NS', '') ~ ((custom_alias_name or node.name) | trim) }}
{%- endmacro %}

{# Who may read a table must be let into its schema first. ClickHouse has no such thing. #}
{% macro grant_schemas(schemas) -%}
  {%- if target.type == 'postgres' and schemas -%}
    {%- for schema in schemas if schema == 'gold' -%}
      grant usage on schema {{ schema }} to {{ var('reader') }}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}
