{# A KPI of `dbt_project.yml`, as an aggregate of its mart's columns. #}
{% macro kpi(name) -%}
  {%- set definition = var('kpis')[name] -%}
  {%- if 'value' in definition -%}
    {{ definition.value }}
  {%- else -%}
    {{ ratio(definition.numerator, definition.denominator, definition.decimals) }}
  {%- endif -%}
{%- endmacro %}

{# A quotient rounded half away from zero; null without a denominator. #}
{% macro ratio(numerator, denominator, decimals) -%}
  {{ return(adapter.dispatch('ratio', 'millstream')(numerator, denominator, decimals)) }}
{%- endmacro %}

{% macro default__ratio(numerator, denominator, decimals) -%}
  round(cast({{ numerator }} as numeric) / nullif({{ denominator }}, 0), {{ decimals }})
{%- endmacro %}

{# Floats would be rounded half to even. #}
{% macro clickhouse__ratio(numerator, denominator, decimals) -%}
  cast(round(toDecimal128({{ numerator }}, 12) / nullIf({{ denominator }}, 0), {{ decimals }}) as Nullable(Decimal(18, {{ decimals }})))
{%- endmacro %}
