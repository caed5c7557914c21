with source as (

  select * from {{ source('bronze', 'late_events') }}

),

renamed as (

  select
    substr(source_topic, length('{{ env_var("MILLSTREAM_NS", "") }}') + 1) as topic,
    source_partition,
    source_offset,
    record_time,
    event_time,
    job,
    landed_at
  from source

)

select * from renamed
