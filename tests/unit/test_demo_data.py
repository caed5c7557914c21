"""The files of `data/` fit the shop's first rows."""

import csv
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from millstream.generate.roads import ROADS
from millstream.generate.shop.rows import dimension

DATA = Path(__file__).parents[2] / "data"


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_price_sheets_name_products_by_their_supplier_and_sku():
    products = dimension("products")
    known = set(zip(products.of("supplier_id"), products.of("sku"), strict=True))
    sheets = sorted((DATA / "price_sheets").glob("*.csv"))
    assert len(sheets) == 3
    for sheet in sheets:
        rows = read(sheet)
        assert rows
        assert {(row["supplier_id"], row["sku"]) for row in rows} <= known
        assert {row["valid_from"] for row in rows} == {sheet.stem}
        assert all(Decimal(row["unit_cost"]) > 0 for row in rows)


def test_the_first_price_sheet_is_what_the_shop_starts_with():
    products = dimension("products")
    costs = dict(zip(products.of("sku"), products.of("unit_cost"), strict=True))
    assert {row["sku"]: row["unit_cost"] for row in read(DATA / "price_sheets" / "2026-01-01.csv")} == costs


def test_the_calendar_has_every_day_of_three_years():
    rows = read(DATA / "calendar.csv")
    first = date(2025, 1, 1)
    assert [row["date"] for row in rows] == [str(first + timedelta(n)) for n in range(1095)]
    for row in rows:
        day = date.fromisoformat(row["date"])
        assert row["weekday"] == str(day.isoweekday())
        assert row["is_weekend"] == str(day.isoweekday() > 5).lower()
    assert [row["date"] for row in rows if row["is_black_friday"] == "true"] == [
        "2025-11-28",
        "2026-11-27",
        "2027-11-26",
    ]
    assert {row["date"] for row in rows if row["holiday"] == "Easter Monday"} == {
        "2025-04-21",
        "2026-04-06",
        "2027-03-29",
    }


def test_the_map_has_every_country_warehouse_and_road():
    features = json.loads((DATA / "geo.json").read_text(encoding="utf-8"))["features"]
    ids = {
        kind: {f["id"] for f in features if f["properties"]["kind"] == kind}
        for kind in ("country", "warehouse", "road")
    }
    assert ids["country"] == set(dimension("cities").of("country_code"))
    assert len(ids["warehouse"]) == len(dimension("warehouses").of("name"))
    assert ids["road"] == set(ROADS.split())
    places = {
        (float(y), float(x))
        for x, y in zip(dimension("cities").of("latitude"), dimension("cities").of("longitude"), strict=True)
    }
    ends = {tuple(end) for f in features if f["properties"]["kind"] == "road" for end in f["geometry"]["coordinates"]}
    assert ends <= places
