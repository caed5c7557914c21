-- A materialized view, for positions are half of all events: a query over the landing every few minutes would read them
-- all again. The view is made before it catches up with what has landed, so some messages are seen twice and none is
-- missed; in dbt's other way, with a target table of the view's own, it is the other way round.
{{ config(materialized='materialized_view') }}

{{ materialization_target_table(ref('vehicle_minutes')) }}

{{ vehicle_minutes() }}
