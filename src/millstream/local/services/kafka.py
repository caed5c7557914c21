"""The Kafka broker: one KRaft node, broker and controller in one process."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from millstream.errors import EngineError
from millstream.local.properties import java_properties
from millstream.local.services.base import Command, NotReady, Service, Site

FOLDER = "kafka"

# Log4j's own hook would silence the broker while it still shuts down.
LOG4J = """\
<Configuration status="WARN" shutdownHook="disable">
  <Appenders><Console name="out"><PatternLayout pattern="%d{ISO8601} %-5p %c{1} %m%n"/></Console></Appenders>
  <Loggers>
    <Logger name="kafka.request.logger" level="WARN"/>
    <Root level="INFO"><AppenderRef ref="out"/></Root>
  </Loggers>
</Configuration>
"""


def _properties(site: Site) -> str:
    broker, controller = site.address("kafka"), site.address("kafka_controller")
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        # A static quorum, so that the controller may move to another port between two starts.
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{broker}",
        "controller.listener.names": "CONTROLLER",
        # A list, so an absolute path could not hold a comma; the broker runs in the data folder.
        "log.dirs": FOLDER,
        "num.partitions": "1",
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # Flink's sinks ask for 24 h, so that a laptop may sleep over night without losing an open transaction.
        "transaction.max.timeout.ms": "604800000",
        # The embedded broker has one disk; a segment of 64 MiB keeps deletes and restarts quick.
        "log.segment.bytes": "67108864",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.dedupe.buffer.size": "16777216",
    }
    return java_properties(settings)


def _format(site: Site, jvm: tuple[str, ...], properties: Path) -> None:
    """Format the log folder in a place of its own: an `up` that was killed may have left a formatter at work."""
    # An id that begins with a dash would be taken for an option.
    cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")
    tool = ("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties))
    with tempfile.TemporaryDirectory(dir=site.layout.data, prefix=f"{FOLDER}.") as folder:
        done = subprocess.run(
            (site.java, "-Xmx128m", *jvm, *tool),
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        if done.returncode:
            raise EngineError(f"Kafka's log folder could not be formatted: {(done.stderr or done.stdout)[-400:]}")
        shutil.rmtree(site.layout.data / FOLDER, ignore_errors=True)
        (Path(folder) / FOLDER).rename(site.layout.data / FOLDER)


def prepare(site: Site) -> Command:
    """Write `server.properties`; format the log folder the first time."""
    data = site.layout.data / FOLDER
    conf = site.layout.conf / "kafka"
    conf.mkdir(parents=True, exist_ok=True)
    properties, log4j = conf / "server.properties", conf / "log4j2.xml"
    properties.write_text(_properties(site), encoding="ascii")
    log4j.write_text(LOG4J, encoding="utf-8")
    classpath = os.pathsep.join(str(jar) for jar in site.jars["kafka"])
    jvm = ("-XX:+UseSerialGC", "-Dlog4j2.configurationFile=" + log4j.as_uri(), "-cp", classpath)
    if not (data / "meta.properties").exists():
        _format(site, jvm, properties)
    argv = (site.java, "-Xms128m", "-Xmx512m", *site.class_sharing("kafka"), *jvm, "kafka.Kafka", str(properties))
    return Command(argv, cwd=str(site.layout.data))


def probe(site: Site) -> None:
    """Ask for the cluster's brokers and groups.

    The broker answers metadata calls before its logs are recovered; only an unfenced broker is listed.
    """
    admin = AdminClient({"bootstrap.servers": site.address("kafka"), "log_level": 0, "socket.timeout.ms": 3000})
    try:
        if not admin.describe_cluster(request_timeout=3).result(timeout=4).nodes:
            raise NotReady("the broker is still recovering its logs")
        admin.list_consumer_groups(request_timeout=3).result(timeout=4)
    except KafkaException as exc:
        raise NotReady(f"no answer from the broker: {exc.args[0].str()}") from exc
    except TimeoutError as exc:
        raise NotReady("no answer from the broker") from exc


SERVICE = Service("kafka", prepare, probe, ports=("kafka", "kafka_controller"), memory_mb=450, stop_seconds=30)
