with days as (

  select cast(day as date) as day
  from generate_series(
    cast('{{ var("calendar_start") }}' as date), cast('{{ var("calendar_end") }}' as date), interval '1 day'
  ) as series (day)

)

select
  {{ date_key('day') }} as date_key,
  day,
  cast(extract(year from day) as integer) as year,
  cast(extract(quarter from day) as integer) as quarter,
  cast(extract(month from day) as integer) as month,
  to_char(day, 'FMMonth') as month_name,
  cast(date_trunc('month', day) as date) as month_start,
  cast(extract(isoyear from day) as integer) as iso_year,
  cast(extract(week from day) as integer) as iso_week,
  cast(extract(isodow from day) as integer) as iso_weekday,
  to_char(day, 'FMDay') as weekday_name,
  extract(isodow from day) > 5 as is_weekend,
  -- The day behind November's fourth Thursday.
  extract(month from day) = 11 and extract(isodow from day) = 5 and extract(day from day) between 23 and 29
    as is_black_friday
from days
