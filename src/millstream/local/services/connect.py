"""Kafka Connect: one distributed worker with Debezium's PostgreSQL connector and the FileStream connectors.

The worker keeps everything it knows in three topics, so it may be killed at any time. Source tasks write
transactionally (`exactly.once.source.support`): records and their offsets are committed together, and a new task
fences what a killed one left open.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import httpx

from millstream.local.environment import worker_variables
from millstream.local.ports import LOOPBACK
from millstream.local.properties import java_properties
from millstream.local.services.base import Command, NotReady, Service, Site

FOLDER = "connect"
HEAP_MB = 320
PLUGINS = frozenset(
    {
        "io.debezium.connector.postgresql.PostgresConnector",
        "org.apache.kafka.connect.file.FileStreamSourceConnector",
    }
)
# A connector may ask for these variables of the worker and for no other: `${env:SHOP_CDC_PASSWORD}`.
READABLE = "(SHOP|CONNECT)_[A-Z0-9_]+|ARRIVALS_LOG"

LOG4J = """\
<Configuration status="WARN">
  <Appenders>
    <Console name="out"><PatternLayout pattern="%d{ISO8601} %-5p %X{connector.context}%c{1} %m%n"/></Console>
  </Appenders>
  <Loggers>
    <!-- These print whole configurations. -->
    <Logger name="org.apache.kafka.common.config.AbstractConfig" level="WARN"/>
    <Logger name="io.debezium.config" level="WARN"/>
    <Logger name="org.apache.kafka.clients" level="WARN"/>
    <Logger name="org.eclipse.jetty" level="WARN"/>
    <!-- Every request, those of the readiness check included. -->
    <Logger name="org.apache.kafka.connect.runtime.rest.RestServer" level="WARN"/>
    <Root level="INFO"><AppenderRef ref="out"/></Root>
  </Loggers>
</Configuration>
"""


def _properties(site: Site) -> str:
    prefix = "millstream_connect"
    return java_properties(
        {
            "bootstrap.servers": site.address("kafka"),
            "group.id": prefix,
            "config.storage.topic": f"{prefix}_configs",
            "offset.storage.topic": f"{prefix}_offsets",
            "status.storage.topic": f"{prefix}_status",
            "config.storage.replication.factor": "1",
            "offset.storage.replication.factor": "1",
            "offset.storage.partitions": "4",
            "status.storage.replication.factor": "1",
            "status.storage.partitions": "2",
            "key.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "key.converter.schemas.enable": "false",
            "value.converter.schemas.enable": "false",
            "exactly.once.source.support": "enabled",
            # Topics are declared in kafka/topics.yml. A connector with `topic.creation.default.*` may still make those
            # that only its plugin knows of: a record to a missing topic would block its transaction without an error.
            "topic.creation.enable": "true",
            "listeners": f"http://{site.address('connect')}",
            "admin.listeners": "",
            "rest.advertised.host.name": LOOPBACK,
            "rest.advertised.port": str(site.ports["connect"]),
            # A list, as Kafka's log.dirs; the worker runs beside the folder.
            "plugin.path": "plugins",
            "plugin.discovery": "service_load",
            "config.providers": "env",
            "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
            "config.providers.env.param.allowlist.pattern": READABLE,
            # A killed worker's membership must not keep its successor waiting for the default 10 s and more.
            "session.timeout.ms": "6000",
            "heartbeat.interval.ms": "1500",
            "scheduled.rebalance.max.delay.ms": "0",
            "offset.flush.interval.ms": "5000",
            "task.shutdown.graceful.timeout.ms": "8000",
        }
    )


def _link_plugins(site: Site, folder: Path) -> None:
    """Rebuild the plugins' folders from scratch: a JAR that was replaced must not stay beside its successor."""
    shutil.rmtree(folder, ignore_errors=True)
    file_stream = [jar for jar in site.jars["connect"] if jar.name.startswith("connect-file-")]
    for name, jars in (("debezium", site.jars["debezium"]), ("file", file_stream)):
        (folder / name).mkdir(parents=True)
        for jar in jars:
            (folder / name / jar.name).symlink_to(jar)


def prepare(site: Site) -> Command:
    """Write `worker.properties`, link the plugins, and make the log file that the example's connector reads."""
    conf = site.layout.conf / FOLDER
    conf.mkdir(parents=True, exist_ok=True)
    _link_plugins(site, conf / "plugins")
    properties, log4j = conf / "worker.properties", conf / "log4j2.xml"
    properties.write_text(_properties(site), encoding="ascii")
    log4j.write_text(LOG4J, encoding="utf-8")
    known = worker_variables(site)
    Path(known["ARRIVALS_LOG"]).touch()
    classpath = os.pathsep.join(str(jar) for jar in site.jars["connect"] if not jar.name.startswith("connect-file-"))
    argv = (
        *(site.java, "-XX:+UseSerialGC", "-Xms64m", f"-Xmx{HEAP_MB}m", "-XX:MaxMetaspaceSize=192m"),
        *site.class_sharing("connect"),
        *("-Duser.timezone=UTC", "-Dlog4j2.configurationFile=" + log4j.as_uri(), "-cp", classpath),
        *("org.apache.kafka.connect.cli.ConnectDistributed", str(properties)),
    )
    env = {**known, "SHOP_CDC_PASSWORD": site.secrets["postgres.debezium"]}
    return Command(argv, env=env, cwd=str(conf))


def probe(site: Site) -> None:
    """See that the worker has joined its group and knows the plugins."""
    url = f"http://{site.address('connect')}"
    try:
        with httpx.Client(base_url=url, timeout=3, trust_env=False) as client:
            health, plugins = client.get("/health"), client.get("/connector-plugins")
    except httpx.HTTPError as exc:
        raise NotReady(f"no answer: {type(exc).__name__}") from exc
    if health.is_error or plugins.is_error:
        raise NotReady("the worker has not joined its group yet")
    if lacking := PLUGINS - {plugin["class"] for plugin in plugins.json()}:
        raise NotReady(f"the worker does not know {min(lacking)}")


SERVICE = Service(
    "connect", prepare, probe, after=("kafka", "postgres"), ports=("connect",), memory_mb=350, stop_seconds=30
)
