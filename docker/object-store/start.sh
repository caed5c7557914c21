#!/bin/sh
# An S3 store of one node; its one account is that of .env.
set -eu
umask 077
cat > /tmp/s3.json <<JSON
{"identities": [{"name": "millstream", "actions": ["Admin", "Read", "List", "Tagging", "Write"],
  "credentials": [{"accessKey": "$OBJECT_STORE_ACCESS_KEY", "secretKey": "$OBJECT_STORE_SECRET_KEY"}]}]}
JSON
unset OBJECT_STORE_ACCESS_KEY OBJECT_STORE_SECRET_KEY
exec weed server -dir=/data -ip.bind=0.0.0.0 -s3 -s3.config=/tmp/s3.json
