"""The shop's tables and first rows, on a real PostgreSQL server."""

import shutil
from pathlib import Path

import psycopg
import pytest
from command_line import CommandLine
from control_server import running_postgres

from millstream.errors import EngineError, ProjectError
from millstream.generate import catalog
from millstream.generate.shop.rows import DIMENSIONS, TABLES, dimension
from millstream.generate.shop.seed import seed

REPOSITORY = Path(__file__).parents[2]
COUNTS = {"cities": 60, "suppliers": 50, "products": 200, "customers": 1000, "salespeople": 40, "warehouses": 8}


@pytest.fixture(scope="module")
def server():
    with running_postgres() as running:
        yield running


@pytest.fixture
def shop(server):
    """An empty database of an application role that owns it, as on the embedded platform."""
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS shop WITH (FORCE)")
        owner.execute("DROP ROLE IF EXISTS shop_app")
        owner.execute("CREATE ROLE shop_app LOGIN")
        owner.execute("CREATE DATABASE shop OWNER shop_app")
    return f"postgresql://shop_app@127.0.0.1:{server.port}/shop"


def ask(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_a_seed_makes_every_table_with_its_first_rows_and_heartbeat(shop):
    done = seed(shop, REPOSITORY)
    assert done.created == (*TABLES, "shop_cdc")
    assert done.rows == {name: count + 1 for name, count in COUNTS.items()}
    for name, count in COUNTS.items():
        key = dimension(name).key
        assert ask(shop, f"SELECT min({key}), max({key}), count(*) FROM {name}") == [(0, count, count + 1)]
        assert ask(shop, f"SELECT DISTINCT updated_at = '2020-01-01T00:00:00Z' FROM {name}") == [(True,)]
    assert ask(shop, "SELECT count(*) FROM purchase_orders") == [(0,)]


def test_all_seven_tables_are_captured_with_the_whole_row_before_a_change(shop):
    seed(shop, REPOSITORY)
    captured = ask(shop, "SELECT tablename FROM pg_publication_tables WHERE pubname = 'shop_cdc'")
    assert {name for (name,) in captured} == set(TABLES)
    identities = (
        "SELECT relname, relreplident FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    assert dict(ask(shop, identities)) == dict.fromkeys(TABLES, "f")


def test_seeding_again_keeps_what_was_changed_and_adds_what_is_missing(shop):
    seed(shop, REPOSITORY)
    with psycopg.connect(shop) as connection:
        connection.execute("UPDATE products SET list_price = 1 WHERE product_id = 7")
        connection.execute("DELETE FROM cities WHERE city_id = 3")
    again = seed(shop, REPOSITORY)
    assert again.created == ()
    assert again.rows == dict.fromkeys(DIMENSIONS, 0) | {"cities": 1}
    assert ask(shop, "SELECT list_price FROM products WHERE product_id = 7")[0][0] == 1


def test_every_reference_between_first_rows_leads_somewhere(shop):
    seed(shop, REPOSITORY)
    for table, column, other in (
        ("products", "supplier_id", "suppliers"),
        ("suppliers", "city_id", "cities"),
        ("customers", "city_id", "cities"),
        ("warehouses", "city_id", "cities"),
    ):
        key = dimension(other).key
        missing = f"SELECT count(*) FROM {table} t LEFT JOIN {other} o ON o.{key} = t.{column}"
        assert ask(shop, f"{missing} WHERE o.{key} IS NULL AND t.{dimension(table).key} > 0") == [(0,)]


def test_list_prices_and_homes_are_those_that_orders_use():
    prices = [round(float(text) * 100) for text in dimension("products").of("list_price")]
    assert tuple(prices) == catalog.LIST_PRICE_CENTS
    assert [int(text) - 1 for text in dimension("customers").of("city_id")] == catalog.HOME_CITY.tolist()
    populations = [int(text) for text in dimension("cities").of("population")]
    assert populations == sorted(populations, reverse=True)


def test_no_server_is_an_engine_error_with_a_mend():
    with pytest.raises(EngineError, match="does not answer") as refused:
        seed("postgresql://shop_app@127.0.0.1:1/shop", REPOSITORY)
    assert "millstream up" in refused.value.mend


def test_a_role_that_may_not_create_is_told_what_it_lacks(server, shop):
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS guest")
        owner.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(EngineError, match="permission denied") as refused:
        seed(shop.replace("shop_app", "guest"), REPOSITORY)
    assert "must own" in refused.value.mend


def test_a_table_of_another_shape_undoes_the_whole_seed(shop):
    with psycopg.connect(shop) as connection:
        connection.execute("CREATE TABLE warehouses (warehouse_id integer PRIMARY KEY)")
    with pytest.raises(EngineError, match='column "name"'):
        seed(shop, REPOSITORY)
    assert ask(shop, "SELECT to_regclass('cities')") == [(None,)]


def test_a_missing_declaration_is_named(shop, tmp_path):
    shutil.copytree(REPOSITORY / "postgres", tmp_path / "postgres")
    (tmp_path / "postgres" / "shop" / "cities.sql").unlink()
    with pytest.raises(ProjectError, match=r"postgres/shop/cities\.sql"):
        seed(shop, tmp_path)


def test_the_command_tells_what_it_did_and_what_it_lacks(shop, tmp_path):
    command = CommandLine.of_base(tmp_path)
    shutil.copytree(REPOSITORY / "postgres" / "shop", tmp_path / "postgres" / "shop")
    command.run("seed", SHOP_URL="").is_one_error(2, "does not say where the shop is", "SHOP_URL")
    first, second = command.run("seed", SHOP_URL=shop), command.run("seed", SHOP_URL=shop)
    assert first.code == second.code == 0
    assert "created shop_cdc" in first.output
    assert "201 products" in first.output
    assert "first rows already" in second.output
