"""A few rows for every landing table, as the streams would leave them: enough for a dashboard to show something.

The same `now` gives the same rows. What one table says, the others say too: revenue by minute is that of the lines.
"""

import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import clickhouse_connect
import psycopg

from millstream.generate.shop.rows import dimension

HOURS = 6
# Most order lines are of the last hours, the others of the days before.
RECENT_LINES = 500
LINES = 10_500
DAYS = 12
VEHICLES = 60
DIMENSIONS = {"cities": 0, "suppliers": 0, "warehouses": 0, "salespeople": 0, "products": 0}


def rows_of(name):
    table = dimension(name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows[1:]]


def tables(now):
    """Rows by table: each a list of mappings."""
    chance = random.Random(7)
    cities, products, people = rows_of("cities"), rows_of("products"), rows_of("salespeople")
    found = defaultdict(list)
    for name in DIMENSIONS:
        found[name] = [{**typed(row), "updated_at": now - timedelta(days=30)} for row in rows_of(name)]
    found["order_items_enriched"] = [line(n, now, chance, (cities, products, people)) for n in range(LINES)]
    summarise(found)
    logistics(found, now, chance, cities, products)
    quality(found, now, chance)
    return found


def typed(row):
    truth = {"true": True, "false": False}
    return {key: truth.get(value, value) for key, value in row.items()}


def line(number, now, chance, shop):
    cities, products, people = shop
    # Of an order's two lines both say the same of it.
    order = random.Random(number // 2)
    city, product, person = order.choice(cities[:25]), chance.choice(products[:60]), order.choice(people)
    recent = timedelta(seconds=20 + HOURS * 3600 * order.random() ** 2)
    ago = recent if number < RECENT_LINES else days_ago(order)
    quantity = chance.randint(1, 6)
    price, cost = Decimal(product["list_price"]), Decimal(product["unit_cost"])
    return {
        "order_id": f"o{number // 2}",
        "line_no": number % 2 + 1,
        "ordered_at": now - ago,
        "channel": order.choices(("web", "store", "phone"), (6, 3, 1))[0],
        "city_id": int(city["city_id"]),
        "city": city["name"],
        "country_code": city["country_code"],
        "customer_id": order.randint(1, 500),
        "customer": "somebody",
        "segment": order.choice(("consumer", "business")),
        "salesperson_id": int(person["salesperson_id"]),
        "salesperson": person["name"],
        "team": person["team"],
        "salesperson_country": person["country_code"],
        "product_id": int(product["product_id"]),
        "product": product["name"],
        "category": product["category"],
        "supplier_id": int(product["supplier_id"]),
        "quantity": quantity,
        "unit_price": price,
        "list_price": price,
        "unit_cost": cost,
        "revenue": price * quantity,
        "cost": cost * quantity,
        "margin": (price - cost) * quantity,
        "landed_at": now - ago + timedelta(seconds=1 + chance.expovariate(0.8)),
    }


def days_ago(chance):
    """A moment of the days before the last hours."""
    return timedelta(hours=HOURS) + timedelta(days=DAYS) * chance.random()


def grouped(lines, key):
    groups = defaultdict(list)
    for one in lines:
        groups[key(one)].append(one)
    return groups


def totals(lines):
    revenue = sum(one["revenue"] for one in lines)
    return {"revenue": revenue, "orders": len({one["order_id"] for one in lines})}


def items(lines):
    return sum(one["quantity"] for one in lines)


def summarise(found):
    lines = found["order_items_enriched"]
    minutes = grouped(lines, lambda one: (one["city_id"], one["ordered_at"].replace(second=0, microsecond=0)))
    found["revenue_by_city_minute"] = [
        {"city_id": city, "minute": minute, **totals(group), "items": items(group)}
        for (city, minute), group in minutes.items()
    ]
    newest = max(minute for _, minute in minutes)
    begin = newest - timedelta(minutes=15)
    cities = grouped([one for one in lines if begin <= one["ordered_at"] < newest], lambda one: one["city_id"])
    ranked = sorted(cities.items(), key=lambda entry: (-totals(entry[1])["revenue"], entry[0]))
    found["sales_per_city"] = [
        {
            "city_id": city,
            "window_start": begin,
            "window_end": newest,
            **totals(group),
            "items": items(group),
            "city_rank": rank,
        }
        for rank, (city, group) in enumerate(ranked, 1)
    ]
    top(found, "top_products_per_city", ("city_id", "product_id"), lambda g: {"items": items(g)})
    top(found, "top_salespeople_per_country", ("salesperson_country", "salesperson_id"), person)
    for row in found["top_salespeople_per_country"]:
        row["country_code"] = row.pop("salesperson_country")


def person(group):
    return {"salesperson": group[0]["salesperson"], "orders": totals(group)["orders"]}


def top(found, table, keys, more):
    scope, what = keys
    days = grouped(found["order_items_enriched"], lambda one: (one[scope], one["ordered_at"].date()))
    for (place, day), lines in days.items():
        by = grouped(lines, lambda one: one[what])
        best = sorted(by.items(), key=lambda entry: (-totals(entry[1])["revenue"], entry[0]))[:3]
        for rank, (name, group) in enumerate(best, 1):
            revenue = totals(group)["revenue"]
            found[table].append({scope: place, "day": day, "rank": rank, what: name, "revenue": revenue, **more(group)})


def logistics(found, now, chance, cities, products):
    for number in range(1, VEHICLES + 1):
        city = cities[(number * 7) % 40]
        cold = number % 3 == 0
        found["vehicle_last_position"].append(
            {
                "vehicle_id": number,
                "latitude": Decimal(city["latitude"]) + Decimal(chance.randint(-200, 200)) / 100,
                "longitude": Decimal(city["longitude"]) + Decimal(chance.randint(-200, 200)) / 100,
                "speed_kmh": Decimal(chance.choice((0, 45, 62, 80, 88))),
                "heading_deg": chance.randint(0, 359),
                "cargo_temp_c": Decimal(chance.choice(("3.5", "4.2", "5.1", "9.4"))) if cold else None,
                "measured_at": now - timedelta(seconds=chance.randint(1, 30)),
            }
        )
    for number in range(40):
        start = now - (timedelta(minutes=20 + 23 * number) if number < 9 else days_ago(chance))
        length = chance.randint(40, 900)
        found["cold_chain_breaches"].append(
            {
                "vehicle_id": 3 * chance.randint(1, 20),
                "started_at": start,
                "ended_at": start + timedelta(seconds=length),
                "readings": length // 10,
                "max_temp_c": Decimal(chance.randint(820, 1290)) / 100,
                "duration_s": length,
            }
        )
    stock(found, now, chance, products)
    for number in range(1200):
        city = chance.choice(cities[:25])
        recent = timedelta(minutes=60 + 5 * chance.randint(0, 60))
        ordered = now - (recent if number < 400 else timedelta(hours=1) + days_ago(chance))
        late = max(0, int(chance.gauss(-20, 30)))
        promised = ordered + timedelta(minutes=45)
        found["shipment_delays"].append(
            {
                "order_id": f"o{number}",
                "shipment_id": f"s{number}",
                "city_id": int(city["city_id"]),
                "ordered_at": ordered,
                "promised_at": promised,
                "delivered_at": promised + timedelta(minutes=late or -chance.randint(1, 20)),
                "is_late": late > 0,
                "minutes_late": late,
            }
        )


def stock(found, now, chance, products):
    for product in products[:60]:
        for warehouse in range(1, 9):
            level = chance.choice((0, 12, 25, 60, 140, 300))
            row = {"warehouse_id": warehouse, "product_id": int(product["product_id"]), "level": level}
            changed = now - timedelta(minutes=chance.randint(1, 300))
            found["inventory_levels"].append({**row, "last_changed_at": changed})
            if level < int(product["reorder_point"]):
                alert = {"product": product["name"], "reorder_point": int(product["reorder_point"])}
                found["low_stock_alerts"].append({**row, **alert, "last_changed_at": changed})


def quality(found, now, chance):
    for number in range(180):
        topic = chance.choice(("orders", "shipments", "vehicle_positions"))
        at = now - (timedelta(seconds=30 + 3500 * chance.random()) if number < 60 else days_ago(chance))
        place = {"source_topic": topic, "source_partition": number % 4, "source_offset": number, "record_time": at}
        kind = chance.choice(("not JSON", "missing field", "wrong type", "unknown value"))
        found["dead_letters"].append(
            {
                **place,
                "error_type": kind,
                "error_message": f"{kind} in record",
                "job": f"parse_{topic}",
                "failed_at": at,
            }
        )
        late = at - timedelta(seconds=chance.randint(11, 200))
        found["late_events"].append({**place, "event_time": late, "job": f"parse_{topic}"})


def postgres_only(found, now, chance):
    """What lands in PostgreSQL alone: histories, and customers."""
    old = now - timedelta(days=90)
    customers = [{**typed(row), "updated_at": old} for row in rows_of("customers")]
    return {
        "customers": customers,
        "product_history": placed({"op": "r", **row, "updated_at": old} for row in found["products"]),
        "salesperson_history": placed({"op": "r", **row, "updated_at": old} for row in found["salespeople"]),
        "purchase_order_history": placed(purchase(number, now, chance) for number in range(160)),
        "shipment_event_history": placed(event for row in found["shipment_delays"] for event in shipment(row, chance)),
        "inventory_change_history": placed(
            change for row in found["inventory_levels"] for change in movements(row, now, chance)
        ),
    }


def placed(rows):
    """Rows with their places in a topic of one partition."""
    return [{"source_partition": 0, "source_offset": number, **row} for number, row in enumerate(rows)]


def purchase(number, now, chance):
    ordered = now - timedelta(hours=9 * (160 - number))
    received = ordered + timedelta(hours=chance.randint(30, 60)) if number < 140 else None
    quantity = chance.randint(20, 200)
    return {
        "op": "c",
        "po_id": number,
        "supplier_id": number % 12 + 1,
        "product_id": number % 60 + 1,
        "warehouse_id": number % 8 + 1,
        "quantity": quantity,
        "ordered_at": ordered,
        "promised_at": ordered + timedelta(hours=52),
        "received_at": received,
        "received_quantity": quantity if received else None,
        "defective_quantity": chance.choice((0, 0, 0, 1, 3)) if received else None,
        "updated_at": now,
    }


def shipment(delay, chance):
    """The events that led to a delivery."""
    begun, done = delay["ordered_at"], delay["delivered_at"]
    place = {"order_id": delay["order_id"], "warehouse_id": chance.randint(1, 8), "vehicle_id": chance.randint(1, 60)}
    for status, at in (("created", begun), ("dispatched", begun + (done - begun) / 2), ("delivered", done)):
        yield {"shipment_id": delay["shipment_id"], **place, "status": status, "event_at": at, "record_time": at}


def movements(stock_level, now, chance):
    """A receipt and daily sales that leave the level there is."""
    place = {key: stock_level[key] for key in ("warehouse_id", "product_id")}
    sold = [chance.randint(0, 9) for _ in range(DAYS)]
    changes = [("receipt", DAYS, stock_level["level"] + sum(sold))]
    changes += [("sale", DAYS - 1 - day, -units) for day, units in enumerate(sold) if units]
    for reason, days, delta in changes:
        at = now - timedelta(days=days, minutes=chance.randint(1, 50))
        change = f"c{place['warehouse_id']}-{place['product_id']}-{days}-{reason}"
        yield {"change_id": change, **place, "delta": delta, "reason": reason, "changed_at": at, "record_time": at}


def fill(postgres_url, clickhouse_url, now):
    """Write the rows into both databases' landing tables."""
    found = tables(now)
    with psycopg.connect(postgres_url) as connection, connection.cursor() as cursor:
        every = {**found, **postgres_only(found, now, random.Random(8))}
        del every["products"], every["salespeople"]
        for table, rows in every.items():
            names = [*rows[0]]
            statement = f"INSERT INTO bronze.{table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
            cursor.executemany(statement, [[*row.values()] for row in rows])
    client = clickhouse_connect.get_client(dsn=clickhouse_url)
    for table, rows in found.items():
        if table != "suppliers":
            insert(client, table, rows)
    client.close()


def insert(client, table, rows):
    types = dict(client.query(f"SELECT name, type FROM system.columns WHERE table = '{table}_rows'").result_rows)
    more = {"version": 1} | ({"is_deleted": 0} if "is_deleted" in types else {})
    names = [*rows[0], *more]
    data = [[cast(row[name], types[name]) for name in rows[0]] + [*more.values()] for row in rows]
    client.insert(f"{table}_rows", data, column_names=names)


def cast(value, kind):
    if value is None or not isinstance(value, str):
        return value
    if "Int" in kind:
        return int(value)
    return Decimal(value) if "Decimal" in kind else value
