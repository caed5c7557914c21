"""What the platform tells its clients: addresses, credentials, and the variables SQL files may use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from millstream.engines import dbt
from millstream.local.launch import write_private
from millstream.local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.local.services.base import Site

OWNER = "millstream"
CLICKHOUSE_DATABASE = "realtime"
CLICKHOUSE_ADMIN, CLICKHOUSE_READER = "millstream", "bi_reader"
SHOP_OWNER, SHOP_READER = "shop_app", "debezium"
AIRFLOW_ADMIN = "admin"
DBT = "dbt"


def variables(site: Site) -> Mapping[str, str]:
    """Variables of SQL files and `millstream.yml` on this platform, secrets among them: never print these.

    They name the same things across restarts even when a port changes, so fingerprints take them by name.
    """
    postgres = f"{LOOPBACK}:{site.ports['postgres']}"
    owner = f"{OWNER}:{quote(site.secrets['postgres.millstream'])}"
    shop = f"{SHOP_OWNER}:{quote(site.secrets['postgres.shop_app'])}"
    admin = f"{CLICKHOUSE_ADMIN}:{quote(site.secrets['clickhouse.admin'])}"
    return {
        "KAFKA_BOOTSTRAP": site.address("kafka"),
        "FLINK_REST": f"http://{site.address('flink')}",
        "WAREHOUSE_JDBC_URL": f"jdbc:postgresql://{postgres}/warehouse",
        "FLINK_POSTGRES_USER": "flink_writer",
        "FLINK_POSTGRES_PASSWORD": site.secrets["postgres.flink_writer"],
        "POSTGRES_URL": f"postgresql://{owner}@{postgres}/warehouse",
        "CONTROL_URL": f"postgresql://{owner}@{postgres}/control",
        "CLICKHOUSE_URL": f"http://{admin}@{site.address('clickhouse')}/{CLICKHOUSE_DATABASE}",
        "SHOP_URL": f"postgresql://{shop}@{postgres}/shop",
        "CONNECT_URL": f"http://{site.address('connect')}",
        # The one address that may as well lead out of this machine.
        "WEATHER_URL": os.environ.get("WEATHER_URL") or f"http://{site.address('weather')}",
        **worker_variables(site),
        **_superset(site),
    }


def _superset(site: Site) -> Mapping[str, str]:
    """Where Superset is for its administrator, and the databases as Superset reads them."""
    postgres = f"bi_reader:{quote(site.secrets['postgres.bi_reader'])}@{LOOPBACK}:{site.ports['postgres']}"
    clickhouse = f"{CLICKHOUSE_READER}:{quote(site.secrets['clickhouse.reader'])}@{site.address('clickhouse')}"
    return {
        "SUPERSET_URL": f"http://admin:{quote(site.secrets['superset.admin'])}@{site.address('superset')}",
        "SUPERSET_WAREHOUSE_URI": f"postgresql+psycopg2://{postgres}/warehouse",
        "SUPERSET_REALTIME_URI": f"clickhousedb+connect://{clickhouse}/{CLICKHOUSE_DATABASE}",
    }


def worker_variables(site: Site) -> Mapping[str, str]:
    """What Connect's worker has in its own environment too, for `${env:NAME}` in connectors; no secret among them."""
    return {
        "SHOP_HOST": LOOPBACK,
        "SHOP_PORT": str(site.ports["postgres"]),
        "ARRIVALS_LOG": str(site.layout.data / "arrivals.log"),
    }


def reader_urls(site: Site) -> Mapping[str, str]:
    """Where and as whom to read the results, by engine; holds passwords."""
    postgres = f"bi_reader:{quote(site.secrets['postgres.bi_reader'])}@{LOOPBACK}:{site.ports['postgres']}"
    clickhouse = f"{CLICKHOUSE_READER}:{quote(site.secrets['clickhouse.reader'])}@{site.address('clickhouse')}"
    return {
        "postgres": f"postgresql://{postgres}/warehouse",
        "clickhouse": f"http://{clickhouse}/{CLICKHOUSE_DATABASE}",
    }


def dbt_variables(site: Site, namespace: str = "") -> Mapping[str, str]:
    """What dbt's profiles read; holds passwords."""
    role = f"{DBT}:{quote(site.secrets['postgres.dbt'])}"
    warehouse = f"postgresql://{role}@{LOOPBACK}:{site.ports['postgres']}/warehouse"
    return dbt.variables(warehouse, variables(site)["CLICKHOUSE_URL"], namespace)


def client_settings(site: Site, namespace: str = "") -> Mapping[str, str]:
    """Settings for other programs, without a password: those are in the files that are named here.

    Args:
        site: the platform.
        namespace: what stands in front of every name there.
    """
    conf = site.layout.conf
    write_private(conf / "pgpass", _pgpass(site))
    write_private(conf / "clickhouse-admin.password", site.secrets["clickhouse.admin"] + "\n")
    write_private(conf / "clickhouse-reader.password", site.secrets["clickhouse.reader"] + "\n")
    write_private(conf / "airflow-admin.password", site.secrets["airflow.admin"] + "\n")
    write_private(conf / "superset-admin.password", site.secrets["superset.admin"] + "\n")
    return {
        "KAFKA_BOOTSTRAP": site.address("kafka"),
        "FLINK_REST": f"http://{site.address('flink')}",
        "POSTGRES_URL": f"postgresql://{OWNER}@{LOOPBACK}:{site.ports['postgres']}/warehouse",
        "PGPASSFILE": str(conf / "pgpass"),
        "CLICKHOUSE_URL": f"http://{site.address('clickhouse')}/{CLICKHOUSE_DATABASE}",
        "CLICKHOUSE_USER": CLICKHOUSE_ADMIN,
        "CLICKHOUSE_PASSWORD_FILE": str(conf / "clickhouse-admin.password"),
        "CLICKHOUSE_READER_USER": CLICKHOUSE_READER,
        "CLICKHOUSE_READER_PASSWORD_FILE": str(conf / "clickhouse-reader.password"),
        "SHOP_URL": f"postgresql://{SHOP_OWNER}@{LOOPBACK}:{site.ports['postgres']}/shop",
        "CONNECT_URL": f"http://{site.address('connect')}",
        "ARRIVALS_LOG": worker_variables(site)["ARRIVALS_LOG"],
        "AIRFLOW_URL": f"http://{site.address('airflow')}",
        "AIRFLOW_USER": AIRFLOW_ADMIN,
        "AIRFLOW_PASSWORD_FILE": str(conf / "airflow-admin.password"),
        **{name: value for name, value in dbt_variables(site, namespace).items() if name not in dbt.SECRETS},
        "SUPERSET_URL": f"http://{site.address('superset')}",
        "SUPERSET_USER": "admin",
        "SUPERSET_PASSWORD_FILE": str(conf / "superset-admin.password"),
    }


def _pgpass(site: Site) -> str:
    port = site.ports["postgres"]
    roles = (OWNER, "flink_writer", DBT, "bi_reader", SHOP_OWNER)
    return "".join(f"{LOOPBACK}:{port}:*:{role}:{site.secrets[f'postgres.{role}']}\n" for role in roles)
