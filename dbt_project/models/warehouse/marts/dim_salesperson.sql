with versions as (

  select * from {{ ref('int_salesperson_versions') }}

)

select
  salesperson_key,
  salesperson_id,
  salesperson_name,
  country_code,
  team,
  is_active,
  valid_from,
  valid_to,
  is_current,
  landed_at
from versions

union all

-- Who sold before the shop knew them.
select {{ unknown_key() }}, 0, 'unknown', null, null, null, '-infinity', null, true, '-infinity'
