{# What has landed under a key is in the model under the same key. The last `settling` is not asked for: the model may
   have been read a moment before. #}
{% test holds_every_key_of(model, landing, columns, among='true') %}
{% set names = columns | join(', ') %}

select distinct {{ names }}
from {{ landing }}
where
  {{ among }}
  and landed_at < now() - interval '{{ var("settling") }}'
  and ({{ names }}) not in (select {{ names }} from {{ model }})

{% endtest %}
