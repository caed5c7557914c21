"""The Flink session cluster: a JobManager and a TaskManager, started by main class.

Flink's own shell scripts compute the TaskManager's memory from one number; started by main class, every part is
given (Flink docs, "Set up TaskManager Memory").
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import httpx
import yaml

from millstream.engines.flink import location
from millstream.local import flink_home
from millstream.local.ports import LOOPBACK
from millstream.local.services.base import Command, NotReady, Service, Site

if TYPE_CHECKING:
    from pathlib import Path

# A job takes as many as it has subtasks: the example needs 36, some stay free for jobs a person adds.
SLOTS = 48
TASK_HEAP_MB = 1664
# Rows that wait for their watermark live for 12 s; a young generation that fills faster copies them again and again:
# with a third of this, collecting took a seventh of the time at 5,000 events/s.
YOUNG_MB = 1024
# Window operators buffer in managed memory, at least 1 MiB an operator, of which each slot has an equal share.
MANAGED_MB = 512
NETWORK_MB = 192
FRAMEWORK_MB = 128
METASPACE_MB = 256

LOG4J = """\
rootLogger.level = INFO
rootLogger.appenderRef.out.ref = out
appender.out.name = out
appender.out.type = CONSOLE
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %-5p %c{1} %m%n
logger.kafka.name = org.apache.kafka
logger.kafka.level = WARN
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
"""


def home(site: Site) -> Path:
    """The Flink home made for this platform: the wheel's JARs plus our connectors."""
    return site.layout.conf / "flink"


def _jvm_options() -> list[str]:
    """The module openings the wheel ships; without them checkpoints of some formats fail on Java 21."""
    shipped = yaml.safe_load((flink_home.distribution() / "conf" / "config.yaml").read_text(encoding="utf-8"))
    options: str = shipped["env"]["java"]["opts"]["all"]
    return options.split()


def _config(site: Site) -> dict[str, object]:
    return {
        "env.java.opts.all": " ".join(_jvm_options()),
        "rest.address": LOOPBACK,
        "rest.bind-address": LOOPBACK,
        "rest.port": site.ports["flink"],
        "web.submit.enable": False,
        "jobmanager.rpc.address": LOOPBACK,
        "jobmanager.rpc.port": site.ports["flink_rpc"],
        "jobmanager.bind-host": LOOPBACK,
        "taskmanager.host": LOOPBACK,
        "taskmanager.bind-host": LOOPBACK,
        "taskmanager.numberOfTaskSlots": SLOTS,
        "taskmanager.cpu.cores": 2.0,
        "taskmanager.memory.framework.heap.size": f"{FRAMEWORK_MB}m",
        "taskmanager.memory.framework.off-heap.size": f"{FRAMEWORK_MB}m",
        "taskmanager.memory.task.heap.size": f"{TASK_HEAP_MB}m",
        "taskmanager.memory.task.off-heap.size": "0m",
        "taskmanager.memory.managed.size": f"{MANAGED_MB}m",
        "taskmanager.memory.network.min": f"{NETWORK_MB}m",
        "taskmanager.memory.network.max": f"{NETWORK_MB}m",
        "taskmanager.memory.jvm-metaspace.size": f"{METASPACE_MB}m",
        "taskmanager.memory.jvm-overhead.min": "192m",
        "taskmanager.memory.jvm-overhead.max": "192m",
        # A list, as Kafka's log.dirs; the processes run in Flink's data folder.
        "io.tmp.dirs": "tmp",
        "classloader.check-leaked-classloader": False,
        # With the default time-out of 50 s a killed JobManager kept its TaskManager away for 42 s.
        "heartbeat.interval": "2 s",
        "heartbeat.timeout": "10 s",
        "cluster.io-pool.size": 8,
        "restart-strategy.type": "fixed-delay",
        "restart-strategy.fixed-delay.attempts": 2147483647,
        "restart-strategy.fixed-delay.delay": "1 s",
        "execution.checkpointing.dir": location(site.layout.checkpoints),
        "execution.checkpointing.savepoint-dir": location(site.layout.savepoints),
        "execution.checkpointing.num-retained": 2,
        "table.local-time-zone": "UTC",
    }


def _make_home(site: Site) -> Path:
    """Rebuild the home from scratch: a JAR that was replaced must not stay beside its successor."""
    folder = home(site)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    flink_home.make(folder, site.jars["flink"], yaml.safe_dump(_config(site)))
    for name in ("log4j-console.properties", "log4j-cli.properties"):
        (folder / "conf" / name).write_text(LOG4J, encoding="utf-8")
    return folder


def _command(site: Site, main_class: str, *heap: str) -> Command:
    folder = home(site)
    (site.layout.data / "flink" / "tmp").mkdir(parents=True, exist_ok=True)
    # The class path is a wildcard, so a project in a folder with spaces or a long path stays below every limit.
    classpath = str(folder / "lib" / "*")
    log4j = "-Dlog4j.configurationFile=" + (folder / "conf" / "log4j-console.properties").as_uri()
    # The JDBC sink writes a timestamp in the JVM's own zone: on a laptop in Berlin rows would be an hour off.
    argv = (
        site.java,
        *heap,
        *site.class_sharing(main_class.rpartition(".")[2]),
        *_jvm_options(),
        "-Duser.timezone=UTC",
        log4j,
        "-cp",
        classpath,
        main_class,
        "--configDir",
        str(folder / "conf"),
    )
    env = {"FLINK_CONF_DIR": str(folder / "conf"), "FLINK_PLUGINS_DIR": str(folder / "plugins")}
    return Command(argv, env=env, cwd=str(site.layout.data / "flink"))


def prepare_jobmanager(site: Site) -> Command:
    """Make the Flink home and configuration."""
    _make_home(site)
    entry = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
    return _command(site, entry, "-XX:+UseSerialGC", "-Xms128m", "-Xmx512m", "-XX:MaxMetaspaceSize=256m")


def prepare_taskmanager(site: Site) -> Command:
    """Size the TaskManager as its configuration says."""
    heap = FRAMEWORK_MB + TASK_HEAP_MB
    direct = FRAMEWORK_MB + NETWORK_MB
    sizes = (f"-Xms{heap}m", f"-Xmx{heap}m", f"-XX:MaxDirectMemorySize={direct}m")
    return _command(
        site,
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        # The parallel collector's threads wait for each other where two cores are shared with everything else.
        *("-XX:+UseSerialGC", f"-Xmn{YOUNG_MB}m", *sizes, f"-XX:MaxMetaspaceSize={METASPACE_MB}m"),
    )


def _get(site: Site, path: str) -> dict[str, object]:
    try:
        answer = httpx.get(f"http://{site.address('flink')}{path}", timeout=3, trust_env=False)
        answer.raise_for_status()
    except httpx.HTTPError as exc:
        raise NotReady(f"the JobManager does not answer: {type(exc).__name__}") from exc
    body: dict[str, object] = answer.json()
    return body


def probe_jobmanager(site: Site) -> None:
    """Ask the dispatcher for its jobs."""
    _get(site, "/jobs/overview")


def probe_taskmanager(site: Site) -> None:
    """See the TaskManager's slots registered at the JobManager."""
    if not _get(site, "/overview").get("slots-total"):
        raise NotReady("no TaskManager has registered its slots yet")


JOBMANAGER = Service(
    "flink-jobmanager", prepare_jobmanager, probe_jobmanager, ports=("flink", "flink_rpc"), memory_mb=400
)
TASKMANAGER = Service(
    "flink-taskmanager", prepare_taskmanager, probe_taskmanager, after=("flink-jobmanager",), memory_mb=2000
)
