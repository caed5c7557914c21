"""What a check takes in the place of addresses and passwords."""

from __future__ import annotations

import pytest

from millstream.local import jars, offline
from millstream.local.layout import cache_folder
from own_planner import planning_home


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WAREHOUSE_JDBC_URL", "jdbc:postgresql://127.0.0.1:9/offline"),
        ("KAFKA_BOOTSTRAP", "127.0.0.1:9"),
        ("bootstrap_servers", "127.0.0.1:9"),
        ("WEATHER_URL", "http://127.0.0.1:9"),
        ("FLINK_REST", "http://127.0.0.1:9"),
        ("SHOP_HOST", "127.0.0.1"),
        ("SHOP_PORT", "9"),
        ("FLINK_POSTGRES_PASSWORD", "stand-in"),
        ("PASSPORT", "stand-in"),
    ],
)
def test_a_stand_in_has_the_shape_its_name_asks_for(name, value):
    assert offline.of_names([name]) == {name: value}


def test_the_platform_is_stood_in_for_without_being_started(tmp_path):
    values = offline.of_platform(tmp_path)
    assert values["WAREHOUSE_JDBC_URL"].startswith("jdbc:postgresql://127.0.0.1:")
    assert values["FLINK_POSTGRES_PASSWORD"] == offline.STAND_IN
    assert list(tmp_path.iterdir()) == []


def test_the_planners_home_holds_every_locked_connector_and_goes_away():
    with planning_home() as home:
        names = {path.name for path in (home / "lib").iterdir()}
        assert {path.name for path in jars.verified_paths("flink", cache_folder())} <= names
    assert not home.exists()
