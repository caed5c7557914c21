"""Every service of the embedded platform, in the order a person reads them."""

from millstream.local.services import flink, generator, kafka, postgres
from millstream.local.services.base import Service

SERVICES: tuple[Service, ...] = (
    kafka.SERVICE,
    postgres.SERVICE,
    flink.JOBMANAGER,
    flink.TASKMANAGER,
    generator.SERVICE,
)

BY_NAME = {service.name: service for service in SERVICES}
