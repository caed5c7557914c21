with source as (

  select * from {{ source('bronze', 'dead_letters') }}

),

renamed as (

  select
    substr(source_topic, length('{{ env_var("MILLSTREAM_NS", "") }}') + 1) as topic,
    source_partition,
    source_offset,
    record_time,
    error_type,
    job,
    landed_at
  from source

)

select * from renamed
