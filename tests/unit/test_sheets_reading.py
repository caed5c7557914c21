"""What of a supplier's file is fit, line by line, and what is said of the rest."""

from datetime import date
from decimal import Decimal

import pytest

from include.sheets.layout import CALENDAR, PRICES
from include.sheets.reading import LONGEST_LINE, records

HEADER = b"supplier_id,sku,unit_cost,valid_from\n"
GOOD = b"1,DAI-1000,2.06,2026-01-01\n"


def read(tmp_path, content, layout=PRICES):
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    return list(records(path, layout))


def reason(tmp_path, line):
    (good, bad) = read(tmp_path, HEADER + GOOD + line)
    assert good.values == (1, "DAI-1000", Decimal("2.06"), date(2026, 1, 1))
    assert bad.line == 3
    assert bad.values is None
    return bad.reason


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"1,DAI-1000,-2.06,2026-01-01\n", "unit_cost is negative"),
        (b"1,DAI-1000,0.00,2026-01-01\n", "unit_cost is 0"),
        (b"1,DAI-1000,2.065,2026-01-01\n", "unit_cost is no amount with at most two decimals"),
        (b"1,DAI-1000,2e3,2026-01-01\n", "unit_cost is no amount with at most two decimals"),
        (b"1,DAI-1000,NaN,2026-01-01\n", "unit_cost is no amount with at most two decimals"),
        ("1,DAI-1000,٣,2026-01-01\n".encode(), "unit_cost is no amount with at most two decimals"),
        (b"0,DAI-1000,2.06,2026-01-01\n", "supplier_id is no whole number above 0"),
        (b"9999999999,DAI-1000,2.06,2026-01-01\n", "supplier_id is no whole number above 0"),
        (b"1,dai 1000,2.06,2026-01-01\n", "sku is no code of capital letters, digits and hyphens"),
        (b"1,DAI-1000,2.06,2026-02-30\n", "valid_from is no date like 2000-01-31"),
        (b"1,DAI-1000,2.06,20260101\n", "valid_from is no date like 2000-01-31"),
        (b"1,DAI-1000,2.06\n", "the line has 3 fields, not 4"),
        (b"1,DAI-1000,2,06,2026-01-01\n", "the line has 5 fields, not 4"),
        (b"1,=HYPERLINK(),2.06,2026-01-01\n", "sku begins like a formula"),
        (b"1, @SUM(A1),2.06,2026-01-01\n", "sku begins like a formula"),
        (b"1,DAI-1000,=2+2,2026-01-01\n", "unit_cost begins like a formula"),
        (b"1,DAI-1000,-2+3,2026-01-01\n", "unit_cost begins like a formula"),
        (b"1,D\xc4I-1000,2.06,2026-01-01\n", "byte 4 of the line is not UTF-8"),
        (b"1,DAI\x00,2.06,2026-01-01\n", "sku holds a zero byte"),
        (b'1,"DAI,2.06,2026-01-01\n', "the line is no CSV: unexpected end of data"),
        (b"1," + b"A" * 3 * LONGEST_LINE + b",2.06,2026-01-01\n", "the line is longer than 65,536 bytes"),
    ],
)
def test_unfit_line_is_set_aside_with_its_reason_and_the_others_are_fit(tmp_path, line, said):
    assert reason(tmp_path, line) == said


@pytest.mark.parametrize(
    ("content", "said", "count"),
    [
        (b"", "the file is empty", 0),
        (HEADER.decode().encode("utf-16") + GOOD, "the file is UTF-16, not UTF-8", 1),
        (b"sku,supplier_id,unit_cost,valid_from\n" + GOOD * 3, f"the header is not {HEADER.decode().strip()}", 3),
        (HEADER.replace(b",", b";") + GOOD, f"the header is not {HEADER.decode().strip()}", 1),
        (GOOD, f"the header is not {HEADER.decode().strip()}", 0),
    ],
)
def test_unfit_file_gives_one_record_that_stands_for_all_of_its_lines(tmp_path, content, said, count):
    (only,) = read(tmp_path, content)
    assert (only.line, only.reason, only.stands_for) == (1, said, count)


def test_byte_order_mark_windows_line_ends_blank_lines_and_a_missing_last_line_end_are_fine(tmp_path):
    content = b"\xef\xbb\xbf" + HEADER.replace(b"\n", b"\r\n") + b'\r\n2,"DAI-1001",3,2026-01-01\r\n' + GOOD.strip()
    assert [(record.line, record.values[0]) for record in read(tmp_path, content)] == [(3, 2), (4, 1)]


def test_stray_quotation_mark_spoils_its_own_line_only(tmp_path):
    found = read(tmp_path, HEADER + GOOD + b'1,"oops,2.06,2026-01-01\n' + GOOD * 2)
    assert [record.reason is None for record in found] == [True, False, True, True]


def test_line_of_a_hundred_megabytes_is_not_kept(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(HEADER)
        for _ in range(100):
            file.write(b"A" * 1024 * 1024)
        file.write(b"\n" + GOOD)
    bad, good = records(path, PRICES)
    assert len(bad.raw) == 2000
    assert good.line == 3


def test_calendar_reads_days_without_a_holiday(tmp_path):
    header = ",".join(CALENDAR.header).encode()
    (only,) = read(tmp_path, header + b"\n2025-01-02,2025,1,1,1,4,false,true,\n", CALENDAR)
    assert only.values == (date(2025, 1, 2), 2025, 1, 1, 1, 4, False, True, None)
