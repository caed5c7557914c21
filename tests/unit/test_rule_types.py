"""Which types fit which, across engines."""

from __future__ import annotations

import pytest

from millstream.rules.types import fits_clickhouse, fits_postgres


@pytest.mark.parametrize(
    ("flink", "postgres"),
    [
        ("INT", "INT"),
        ("INTEGER", "BIGINT"),
        ("STRING", "TEXT"),
        ("VARCHAR(10)", "VARCHAR(20)"),
        ("CHAR(2)", "CHAR(2)"),
        ("BYTES", "BYTEA"),
        ("DECIMAL(12, 2)", "DECIMAL(14, 2)"),
        ("DECIMAL(12, 2)", "DECIMAL(14, 4)"),
        ("DECIMAL(38, 18)", "DECIMAL"),
        ("NUMERIC(5)", "DECIMAL(5)"),
        ("TIMESTAMP_LTZ(3)", "TIMESTAMPTZ(3)"),
        ("TIMESTAMP(3) WITH LOCAL TIME ZONE", "TIMESTAMPTZ"),
        ("TIMESTAMP WITH LOCAL TIME ZONE", "TIMESTAMPTZ"),
        ("TIMESTAMP(3)", "TIMESTAMP(3)"),
        ("DOUBLE PRECISION", "DOUBLE PRECISION"),
        ("FLOAT", "REAL"),
        ("BOOLEAN", "BOOLEAN"),
        ("ARRAY<STRING>", "TEXT[]"),
    ],
)
def test_postgres_holds(flink, postgres):
    assert fits_postgres(flink, postgres)


@pytest.mark.parametrize(
    ("flink", "postgres"),
    [
        ("BIGINT", "INT"),
        ("STRING", "INT"),
        ("STRING", "JSONB"),
        ("BYTES", "TEXT"),
        ("DECIMAL(12, 2)", "DECIMAL(12, 1)"),
        ("DECIMAL(12, 2)", "DECIMAL(12, 4)"),
        ("DECIMAL", "DECIMAL(9)"),
        ("DOUBLE", "REAL"),
        ("TIMESTAMP_LTZ(3)", "TIMESTAMP(3)"),
        ("TIMESTAMP_LTZ(3)", "DATE"),
        ("ROW<a INT, b STRING>", "JSONB"),
        ("MAP<STRING, INT>", "TEXT"),
        ("ARRAY<STRING>", "TEXT"),
        ("MULTISET<INT>", "INT"),
    ],
)
def test_postgres_cannot_hold(flink, postgres):
    assert not fits_postgres(flink, postgres)


@pytest.mark.parametrize(
    ("flink", "clickhouse"),
    [
        ("INT", "Int32"),
        ("INT", "Nullable(Int64)"),
        ("STRING", "LowCardinality(Nullable(String))"),
        ("BYTES", "String"),
        ("BIGINT", "String"),
        ("DECIMAL(14, 2)", "Decimal(14, 2)"),
        ("DECIMAL(14, 2)", "Nullable(Decimal(18, 4))"),
        ("TIMESTAMP_LTZ(3)", "DateTime64(3, 'UTC')"),
        ("ARRAY<INT>", "Array(Int32)"),
        ("ROW<a INT>", "Tuple(a Int32)"),
    ],
)
def test_clickhouse_holds(flink, clickhouse):
    assert fits_clickhouse(flink, clickhouse)


@pytest.mark.parametrize(
    ("flink", "clickhouse"),
    [
        ("INT", "Int16"),
        ("STRING", "Int32"),
        ("DECIMAL(14, 2)", "Float64"),
        ("DECIMAL(14, 2)", "Decimal(14, 1)"),
        ("TIMESTAMP_LTZ(3)", "Date"),
        ("MULTISET<INT>", "String"),
    ],
)
def test_clickhouse_cannot_hold(flink, clickhouse):
    assert not fits_clickhouse(flink, clickhouse)
