"""Kafka Connect on a platform of its own: change data capture, drift, pauses, kills, slots and schema changes."""

import json
import re
import shutil
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from confluent_kafka import Consumer, TopicPartition
from embedded import REPOSITORY, Embedded

pytestmark = pytest.mark.e2e

TABLES = """
CREATE TABLE cities (city_id integer PRIMARY KEY, name text, population integer, updated_at timestamptz NOT NULL);
CREATE TABLE products (
  product_id integer PRIMARY KEY, name text, list_price numeric(12,2), note text, updated_at timestamptz NOT NULL
);
ALTER TABLE cities REPLICA IDENTITY FULL;
ALTER TABLE products REPLICA IDENTITY FULL;
CREATE PUBLICATION shop_cdc FOR TABLE cities, products;
INSERT INTO cities SELECT n, 'city ' || n, n, '2020-01-01' FROM generate_series(1, 60) n;
INSERT INTO products SELECT n, 'product ' || n, n + 0.10, 'a', '2020-01-01' FROM generate_series(1, 200) n;
"""
PRODUCTS = """CREATE TABLE shop_products (
  product_id INT, name STRING, list_price DECIMAL(12, 2), note STRING, updated_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (product_id) NOT ENFORCED
) WITH (
  'connector' = 'kafka', 'topic' = '${NS:-}shop.public.products', 'value.format' = 'debezium-json',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}', 'scan.startup.mode' = 'earliest-offset'
);
"""
PRICES = """CREATE TABLE prices (product_id INT, list_price DECIMAL(12, 2), PRIMARY KEY (product_id) NOT ENFORCED)
WITH ('connector' = 'blackhole');
"""
JOB = "INSERT INTO prices SELECT product_id, list_price FROM shop_products;\n"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """PostgreSQL, Kafka and Connect, with nothing in database `shop`."""
    root = tmp_path_factory.mktemp("connect") / "a project, copied"
    root.mkdir()
    shutil.copy(REPOSITORY / "millstream.yml", root)
    shutil.copytree(REPOSITORY / "kafka" / "connectors", root / "kafka" / "connectors")
    shutil.copy(REPOSITORY / "kafka" / "topics.yml", root / "kafka")
    made = Embedded(root)
    shop = root / "kafka" / "connectors" / "shop.yml"
    listed = re.sub(r">-\n( {4}public.*\n)+", "public.cities, public.products\n", shop.read_text(encoding="utf-8"))
    shop.write_text(listed, encoding="utf-8")
    try:
        made.millstream("up", "--only", "connect")
        yield made
    finally:
        made.millstream("reset", "--yes")


@pytest.fixture(scope="module")
def unseeded(bare):
    """What `apply` says before the source has its tables and publication."""
    return bare.millstream("apply", check=False)


@pytest.fixture(scope="module")
def platform(bare, unseeded):
    """The same, with two small tables in database `shop`, and applied."""
    assert unseeded.returncode
    with psycopg.connect(bare.env["SHOP_URL"]) as connection:
        connection.execute(TABLES)
    bare.millstream("apply")
    return bare


@pytest.fixture
def shop(platform):
    with psycopg.connect(platform.env["SHOP_URL"], autocommit=True) as connection:
        yield connection


def records(platform, topic):
    """Every committed record of a topic with one partition."""
    consumer = Consumer(
        {
            "bootstrap.servers": platform.env["KAFKA_BOOTSTRAP"],
            "group.id": "test",
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
        }
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    found = []
    while message := consumer.poll(20):
        if message.error():
            break
        found.append(message)
    consumer.close()
    return found


def changes(platform, table):
    return [json.loads(message.value()) for message in records(platform, f"shop.public.{table}")]


def current(platform, table, key):
    """The table as its topic tells it: the last version of each row."""
    rows = {}
    for change in changes(platform, table):
        row = change["after"] or change["before"]
        rows[row[key]] = change["after"]
    return rows


def await_(what, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "nothing came of it in time"
        time.sleep(0.5)
    return found


def plan_of(platform, *, check=True):
    return json.loads(platform.millstream("apply", "--json", check=check).stdout)["changes"]


def connectors(platform):
    return {c["name"]: c for c in platform.status()["connectors"]}


def connect(platform, path):
    return httpx.get(platform.env["CONNECT_URL"] + path, timeout=30)


def test_source_without_publication_is_told_and_the_next_apply_goes_on(unseeded, platform):
    assert unseeded.returncode == 3
    assert "error: connector shop: " in unseeded.stderr
    assert "publication" in unseeded.stderr.lower()
    assert connectors(platform)["shop"]["tasks"] == ["running"]


def test_snapshot_and_changes_arrive(platform, shop):
    await_(lambda: len(current(platform, "products", "product_id")) == 200)
    await_(lambda: len(current(platform, "cities", "city_id")) == 60)
    shop.execute("UPDATE products SET list_price = 99.99 WHERE product_id = 7")
    change = await_(lambda: next((c for c in changes(platform, "products") if c["op"] == "u"), None))
    assert (change["before"]["list_price"], change["after"]["list_price"]) == ("7.10", "99.99")
    assert change["after"]["updated_at"] == "2020-01-01T00:00:00.000000Z"


def test_lines_of_a_file_arrive(platform):
    with Path(platform.env["ARRIVALS_LOG"]).open("a", encoding="utf-8") as log:
        log.write("truck 4 arrived, “Köln”\n")
    found = await_(lambda: records(platform, "arrivals"))
    assert [message.value().decode() for message in found] == ["truck 4 arrived, “Köln”"]


def test_second_apply_does_nothing(platform):
    assert plan_of(platform) == []


def test_no_secret_is_in_any_answer(platform):
    secret = platform.site.secrets["postgres.debezium"]
    config = connect(platform, "/connectors/shop/config").json()
    validated = httpx.put(
        f"{platform.env['CONNECT_URL']}/connector-plugins/{config['connector.class']}/config/validate",
        json=config,
        timeout=30,
    )
    assert validated.json()["error_count"] == 0
    paths = ("/connectors?expand=info&expand=status", "/connectors/shop/config", "/connectors/shop/tasks")
    for answer in (validated, *(connect(platform, path) for path in paths)):
        assert answer.status_code == 200
        assert "database.password" in answer.text
        assert secret not in answer.text
    assert secret not in (platform.state / "logs" / "connect.log").read_text(encoding="utf-8")


def test_wrong_setting_is_refused_at_its_key(platform):
    file = "kafka/connectors/shop.yml"
    platform.edit(file, "plugin.name: pgoutput", "plugin.name: pgoutputt")
    done = platform.millstream("apply", check=False)
    platform.edit(file, "plugin.name: pgoutputt", "plugin.name: pgoutput")
    line = (platform.root / file).read_text(encoding="utf-8").splitlines().index("  plugin.name: pgoutput") + 1
    assert done.returncode == 1
    assert f"error[CON100] {file}:{line}:3" in done.stderr
    assert connect(platform, "/connectors/shop/config").json()["plugin.name"] == "pgoutput"


def test_change_by_hand_is_drift_and_taken_back(platform):
    config = connect(platform, "/connectors/shop/config").json()
    secret = platform.site.secrets["postgres.debezium"]
    changed = config | {"snapshot.fetch.size": "7", "database.password": secret}
    httpx.put(f"{platform.env['CONNECT_URL']}/connectors/shop/config", json=changed, timeout=30)
    (change,) = plan_of(platform)
    assert (change["resource"], change["action"], change["effect"]) == ("connector.shop", "update", "in place")
    assert change["reasons"] == ["database.password differs", "snapshot.fetch.size is 7, declared is nothing"]
    assert connect(platform, "/connectors/shop/config").json() == config
    assert plan_of(platform) == []


def test_pause_and_resume(platform, shop):
    file = "kafka/connectors/shop.yml"
    platform.edit(file, "config:\n", "state: paused\n\nconfig:\n")
    assert [c["reasons"] for c in plan_of(platform)] == [["is running, declared is paused"]]
    assert connectors(platform)["shop"]["state"] == "paused"
    time.sleep(2)
    shop.execute("INSERT INTO cities VALUES (61, 'while paused', 1, '2020-01-02')")
    time.sleep(5)
    assert 61 not in current(platform, "cities", "city_id")
    platform.edit(file, "state: paused\n\n", "")
    plan_of(platform)
    await_(lambda: 61 in current(platform, "cities", "city_id"))
    assert plan_of(platform) == []


def test_deleted_connector_goes_on_from_its_offsets(platform, shop):
    file = platform.root / "kafka/connectors/shop.yml"
    text = file.read_text(encoding="utf-8")
    file.unlink()
    (change,) = plan_of(platform)
    assert (change["resource"], change["action"]) == ("connector.shop", "delete")
    assert "shop" not in connectors(platform)
    shop.execute("INSERT INTO cities VALUES (62, 'while deleted', 1, '2020-01-03')")
    slot = await_(lambda: next((s for s in platform.status()["slots"] if not s["active"]), None))
    assert (slot["name"], slot["wal_status"]) == ("shop_cdc", "reserved")
    assert "nobody reads it" in slot["trouble"]
    before = len(changes(platform, "cities"))
    file.write_text(text, encoding="utf-8")
    assert [c["action"] for c in plan_of(platform)] == ["create"]
    await_(lambda: 62 in current(platform, "cities", "city_id"))
    assert len(changes(platform, "cities")) == before + 1, "a snapshot was taken again"


def test_killed_worker_loses_nothing_and_keeps_the_order(platform, shop):
    seen = len(changes(platform, "products"))
    for number in range(600):
        shop.execute("UPDATE products SET note = %s WHERE product_id = 5", (str(number),))
        if number in {150, 400}:
            killed = platform.process("connect")
            killed.send_signal(signal.SIGKILL)
        time.sleep(0.01)
    await_(lambda: changes(platform, "products")[-1]["after"]["note"] == "599", 150)
    notes = [int(change["after"]["note"]) for change in changes(platform, "products")[seen:]]
    assert notes == sorted(set(notes)), "a change was doubled, or came out of order"
    assert set(notes) == set(range(600))
    await_(lambda: connectors(platform)["shop"]["tasks"] == ["running"])
    assert plan_of(platform) == []


@pytest.mark.parametrize("service", ["kafka", "postgres"])
def test_killed_broker_or_database_loses_nothing(platform, service):
    seen = len(changes(platform, "products"))
    for half in (range(50), range(50, 100)):
        with psycopg.connect(platform.env["SHOP_URL"], autocommit=True) as connection:
            for number in half:
                connection.execute("UPDATE products SET note = %s WHERE product_id = 6", (str(number),))
        if half.start == 0:
            before = platform.process(service)
            before.send_signal(signal.SIGKILL)
            await_(lambda: is_back(platform, service, before.pid), 120)  # noqa: B023 - called at once
    await_(lambda: changes(platform, "products")[-1]["after"]["note"] == "99", 150)
    notes = [int(change["after"]["note"]) for change in changes(platform, "products")[seen:]]
    assert notes == list(range(100))


def is_back(platform, service, pid):
    now = platform.process(service)
    found = next(s for s in platform.status()["services"] if s["name"] == service)
    return now and now.pid != pid and found["state"] == "ready"


def test_failed_task_is_shown_and_restarted(platform):
    admin = platform.env["POSTGRES_URL"]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("ALTER ROLE debezium NOLOGIN")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'debezium'")
        httpx.post(f"{platform.env['CONNECT_URL']}/connectors/shop/restart?includeTasks=true", timeout=30)
        shown = await_(lambda: next((c for c in platform.status()["connectors"] if c["failures"]), None), 120)
        assert shown["name"] == "shop"
        connection.execute("ALTER ROLE debezium LOGIN")
    assert [c["action"] for c in plan_of(platform)] == ["update"]
    assert connectors(platform)["shop"]["tasks"] == ["running"]


def test_slot_moves_on_while_the_shop_is_idle(platform, shop):
    shop.execute("INSERT INTO cities VALUES (70, 'last before the silence', 1, '2020-01-02')")
    await_(lambda: 70 in current(platform, "cities", "city_id"))
    with psycopg.connect(platform.env["POSTGRES_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS busy (n integer, filler text)")
        connection.execute("INSERT INTO busy SELECT n, repeat('x', 900) FROM generate_series(1, 60000) n")
    await_(lambda: platform.status()["slots"][0]["retained_bytes"] < 30_000_000, 90)
    (slot,) = platform.status()["slots"]
    assert (slot["active"], slot["wal_status"], slot["trouble"]) == (True, "reserved", "")
    (finding,) = [f for f in doctor(platform) if f["check"] == "replication slot shop_cdc"]
    assert finding["ok"]


def doctor(platform):
    return json.loads(platform.millstream("doctor", "--json", check=False).stdout)


def test_schema_change_is_told_with_what_it_breaks_and_stops_nothing(platform, shop):
    for path, text in (("tables/shop_products", PRODUCTS), ("tables/prices", PRICES), ("jobs/follow_prices", JOB)):
        file = platform.root / "flink_sql" / f"{path}.sql"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert platform.status()["warnings"] == []
    shop.execute("ALTER TABLE products ADD COLUMN colour text")
    shop.execute("ALTER TABLE products ALTER COLUMN list_price TYPE numeric(14,4)")
    shop.execute("ALTER TABLE products DROP COLUMN note")
    shop.execute("UPDATE products SET colour = 'red', list_price = 1.2345 WHERE product_id = 9")
    warnings = {w["code"]: w for w in platform.status()["warnings"]}
    assert set(warnings) == {"CDC001", "CDC002", "CDC003"}
    assert "`note`" in warnings["CDC001"]["summary"]
    assert "numeric(14,4)" in warnings["CDC002"]["summary"]
    assert "`colour`" in warnings["CDC003"]["summary"]
    for code in ("CDC001", "CDC002"):
        assert warnings[code]["where"].startswith("flink_sql/tables/shop_products.sql:")
        assert "jobs follow_prices; results prices" in warnings[code]["mend"]
    shutil.rmtree(platform.root / "flink_sql")
    last = await_(lambda: next((c for c in changes(platform, "products") if c["after"].get("colour")), None))
    assert last["after"]["list_price"] == "1.2345"
    assert connectors(platform)["shop"]["tasks"] == ["running"]


def test_lost_slot_is_told_with_its_mend(platform, shop):
    with psycopg.connect(platform.env["POSTGRES_URL"], autocommit=True) as connection:
        file = platform.root / "kafka/connectors/shop.yml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("config:\n", "state: stopped\n\nconfig:\n"), encoding="utf-8")
        plan_of(platform)
        await_(lambda: not platform.status()["slots"][0]["active"])
        connection.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'")
        connection.execute("SELECT pg_reload_conf()")
        for _ in range(4):
            connection.execute("INSERT INTO busy SELECT n, repeat('x', 900) FROM generate_series(1, 30000) n")
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
        shop.execute("INSERT INTO cities VALUES (63, 'while lost', 1, '2020-01-04')")
        (slot,) = await_(lambda: [s for s in platform.status()["slots"] if s["wal_status"] == "lost"])
        assert slot["trouble"].startswith("lost")
        (finding,) = [f for f in doctor(platform) if f["check"] == "replication slot shop_cdc"]
        assert not finding["ok"]
        assert "pg_drop_replication_slot('shop_cdc')" in finding["mend"]
        connection.execute("ALTER SYSTEM RESET max_slot_wal_keep_size")
        connection.execute("SELECT pg_reload_conf()")
    with psycopg.connect(platform.env["POSTGRES_URL"], dbname="shop", autocommit=True) as connection:
        connection.execute("SELECT pg_drop_replication_slot('shop_cdc')")
    httpx.delete(f"{platform.env['CONNECT_URL']}/connectors/shop/offsets", timeout=30).raise_for_status()
    file.write_text(text, encoding="utf-8")
    plan_of(platform)
    await_(lambda: 63 in current(platform, "cities", "city_id"))


def test_worker_listens_on_loopback_only(platform):
    addresses = {c.laddr.ip for c in platform.process("connect").net_connections("tcp") if c.status == "LISTEN"}
    assert {ip.removeprefix("::ffff:") for ip in addresses} == {urlsplit(platform.env["CONNECT_URL"]).hostname}
