"""Every service of the embedded platform, in the order a person reads them."""

from millstream.local.services import (
    airflow,
    clickhouse,
    connect,
    flink,
    generator,
    kafka,
    postgres,
    resume,
    sources,
    superset,
    weather,
)
from millstream.local.services.base import Service

SERVICES: tuple[Service, ...] = (
    kafka.SERVICE,
    postgres.SERVICE,
    clickhouse.SERVICE,
    connect.SERVICE,
    flink.JOBMANAGER,
    flink.TASKMANAGER,
    resume.SERVICE,
    weather.SERVICE,
    sources.SERVICE,
    generator.SERVICE,
    *airflow.SERVICES,
    superset.SERVICE,
)

BY_NAME = {service.name: service for service in SERVICES}
