-- A purchase order as it stands: its newest change, not the one that came last.
with changes as (

  select * from {{ ref('stg_purchase_order_changes') }}

),

newest as (

  select distinct on (po_id) *
  from changes
  order by po_id, updated_at desc, source_offset desc

),

-- Of every change, not of the newest only: one that came late may have been the newest to land.
landings as (

  select po_id, max(landed_at) as last_landed_at from changes group by po_id

)

select
  newest.po_id,
  newest.supplier_id,
  newest.product_id,
  newest.warehouse_id,
  newest.quantity,
  newest.ordered_at,
  newest.promised_at,
  newest.received_at,
  newest.received_quantity,
  newest.defective_quantity,
  landings.last_landed_at as landed_at
from newest
inner join landings on newest.po_id = landings.po_id
