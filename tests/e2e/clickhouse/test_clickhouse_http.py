"""The HTTP interface as curl sees it."""

import gzip
import json
import lzma
import threading
import time

import httpx
import lz4.frame
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from conftest import READER

pytestmark = pytest.mark.e2e


def ask(client, text, **parameters):
    return client.post("/", params=parameters, content=text)


def test_ping_needs_no_user(server):
    assert httpx.get(server.url + "ping").text == "Ok.\n"


def test_ping_is_not_held_up_by_a_long_query(server, admin):
    slow = threading.Thread(
        target=lambda: ask(
            admin, "SELECT sum(sipHash64(number)) FROM numbers(300000000) SETTINGS max_execution_time = 3"
        )
    )
    slow.start()
    with server.client() as other:
        waits = []
        while slow.is_alive():
            began = time.monotonic()
            assert other.get("/ping").text == "Ok.\n"
            waits.append(time.monotonic() - began)
            time.sleep(0.01)
    waits.sort()
    assert len(waits) > 5
    assert waits[len(waits) // 2] < 0.1


@pytest.mark.parametrize(
    ("headers", "parameters", "status", "code"),
    [
        ({}, {}, 401, "194"),
        ({"X-ClickHouse-User": "admin", "X-ClickHouse-Key": "wrong"}, {}, 403, "516"),
        ({}, {"user": "nobody", "password": "admin-secret"}, 403, "516"),
        ({"Authorization": "Bearer abc"}, {}, 403, "516"),
        ({"Authorization": "Basic %%%"}, {}, 403, "516"),
        ({"X-ClickHouse-User": "admin", "X-ClickHouse-Key": "admin-secret"}, {}, 200, None),
        ({}, {"user": "reader", "password": "reader-secret"}, 200, None),
    ],
)
def test_users_are_checked_in_each_way_clients_send_them(server, headers, parameters, status, code):
    answer = httpx.post(server.url, headers=headers, params=parameters, content="SELECT 1")
    assert (answer.status_code, answer.headers.get("X-ClickHouse-Exception-Code")) == (status, code)


def test_get_without_query_says_ok_and_get_cannot_write(admin, table):
    assert admin.get("/").text == "Ok.\n"
    assert admin.get("/", params={"query": "SELECT 1"}).text == "1\n"
    refused = admin.get("/", params={"query": f"INSERT INTO {table} VALUES (1, 'x')"})
    assert refused.headers["X-ClickHouse-Exception-Code"] == "164"


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("SELECT * FROM no_such_table", "60", 404),
        ("SELECT no_such_column FROM numbers(1)", "47", 404),
        ("SELECT 1 +", "62", 400),
        ("", "62", 400),
        ("SELECT 1; SELECT 2", "62", 400),
        ("SELECT throwIf(1)", "395", 500),
        ("SELECT 1 FORMAT NoSuchFormat", "73", 404),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", "36", 400),
        ("INSERT INTO t", "36", 400),
    ],
)
def test_errors_carry_the_engines_code(admin, text, code, status):
    answer = ask(admin, text)
    assert (answer.headers["X-ClickHouse-Exception-Code"], answer.status_code) == (code, status), answer.text
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")
    assert "/dev/fd" not in answer.text.partition("\n")[0] or code == "73"


def test_unknown_setting_is_refused(admin):
    assert ask(admin, "SELECT 1", no_such_setting="1").headers["X-ClickHouse-Exception-Code"] == "115"


def test_settings_parameters_database_and_format_come_from_the_url(admin):
    text = "SELECT getSetting('max_threads') AS t, currentDatabase() AS d, {p:String} AS p"
    answer = ask(admin, text, max_threads="3", database="system", param_p="a\\tb", default_format="JSONEachRow")
    assert answer.json() == {"t": 3, "d": "system", "p": "a\tb"}
    assert answer.headers["X-ClickHouse-Format"] == "JSONEachRow"
    assert ask(admin, "SELECT currentDatabase()").text == "realtime\n"


FORMATS = [
    "JSON",
    "JSONCompact",
    "CSVWithNames",
    "TSVWithNamesAndTypes",
    "XML",
    "Pretty",
    "Values",
    "Markdown",
    "RowBinary",
]


@pytest.mark.parametrize("name", FORMATS)
def test_a_result_of_many_blocks_is_one_document_in_every_format(admin, name):
    answer = ask(admin, f"SELECT number, toString(number) FROM numbers(200000) ORDER BY number FORMAT {name}")
    assert answer.status_code == 200
    if name == "JSON":
        assert len(answer.json()["data"]) == 200_000
    if name == "CSVWithNames":
        assert answer.text.count("toString") == 1
        assert answer.text.count("\n") == 200_001
    if name == "XML":
        assert answer.text.count("<?xml") == 1


def test_binary_formats_are_read_by_their_own_libraries(admin):
    query = "SELECT number AS n FROM numbers(200000) ORDER BY n FORMAT "
    assert pa.ipc.open_stream(ask(admin, query + "ArrowStream").content).read_all().num_rows == 200_000
    assert pq.read_table(pa.BufferReader(ask(admin, query + "Parquet").content)).num_rows == 200_000


def test_format_is_found_before_settings_and_after_comments(admin):
    answer = ask(
        admin, "SELECT 1 AS format, ';' AS s /* ; FORMAT CSV */ FORMAT JSONEachRow SETTINGS max_threads = 1 -- end ;\n;"
    )
    assert answer.json() == {"format": 1, "s": ";"}


@pytest.mark.parametrize("size", [1, 3_000_000])
@pytest.mark.parametrize(
    ("coding", "decode"),
    [
        ("gzip", gzip.decompress),
        ("lz4", lz4.frame.decompress),
        ("zstd", lambda b: zstandard.ZstdDecompressor().decompressobj().decompress(b)),
        ("xz", lzma.decompress),
        ("br, gzip", gzip.decompress),
    ],
)
def test_results_are_compressed_as_asked(server, coding, decode, size):
    with httpx.stream(
        "POST",
        server.url,
        auth=READER,
        headers={"Accept-Encoding": coding},
        content=f"SELECT number FROM numbers({size})",
    ) as answer:
        assert answer.headers["Content-Encoding"] == coding.split(",")[-1].strip()
        body = decode(b"".join(answer.iter_raw()))
    assert body.count(b"\n") == size


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("lz4", lz4.frame.compress),
        ("zstd", lambda b: zstandard.ZstdCompressor().compress(b)),
        ("identity", lambda b: b),
    ],
)
def test_bodies_are_decompressed(admin, table, coding, encode):
    body = encode(f"INSERT INTO {table} FORMAT CSV\n".encode() + b"".join(b"%d,x\n" % n for n in range(100_000)))
    answer = admin.post("/", content=body, headers={"Content-Encoding": coding})
    assert json.loads(answer.headers["X-ClickHouse-Summary"])["written_rows"] == "100000"
    assert ask(admin, f"SELECT count(), sum(a) FROM {table}").text == "100000\t4999950000\n"


def test_a_broken_compressed_body_inserts_nothing(admin, table):
    body = gzip.compress(b"".join(b"%d,x\n" % n for n in range(500_000)), 1)
    answer = admin.post(
        "/",
        params={"query": f"INSERT INTO {table} FORMAT CSV"},
        content=body[:-5000],
        headers={"Content-Encoding": "gzip"},
    )
    assert answer.headers["X-ClickHouse-Exception-Code"] == "271"
    assert ask(admin, f"SELECT count() FROM {table}").text == "0\n"


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("INSERT INTO {t} FORMAT JSONEachRow", '{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}'),
        ("INSERT INTO {t} (a, b) SETTINGS max_threads = 1 FORMAT TSV", "1\tx\n2\ty\n"),
        ("", "INSERT INTO {t} (a, b) VALUES (1, 'x'), (2, 'y')"),
        ("INSERT INTO {t} VALUES", "(1, 'x'), (2, 'y')"),
        ("", "INSERT INTO {t} FORMAT CSV\n1,x\n2,y\n"),
        ("", "INSERT INTO {t} SELECT number + 1, if(number = 0, 'x', 'y') FROM numbers(2)"),
        ("INSERT INTO {t} SELECT a, b FROM input('a UInt64, b String') FORMAT CSV", "1,x\n2,y\n"),
        ("INSERT INTO TABLE realtime.{t} FORMAT CSV", "1,x\n2,y\n"),
    ],
)
def test_rows_are_inserted_in_every_way_they_are_sent(admin, table, query, body):
    parameters = {"query": query.format(t=table)} if query else {}
    answer = admin.post("/", params=parameters, content=body.replace("{t}", table))
    assert answer.status_code == 200, answer.text
    assert (
        ask(admin, f"SELECT groupArray((a, b)) FROM (SELECT * FROM {table} ORDER BY a)").text == "[(1,'x'),(2,'y')]\n"
    )


def test_a_bad_row_is_refused_and_nothing_is_kept(admin, table):
    rows = b"1,x\n" * 300_000 + b"not a number,x\n" + b"1,x\n" * 300_000
    answer = admin.post("/", params={"query": f"INSERT INTO {table} FORMAT CSV"}, content=rows)
    assert answer.headers["X-ClickHouse-Exception-Code"] == "27"
    assert ask(admin, f"SELECT count() FROM {table}").text == "0\n"


def test_external_tables_come_as_multipart(admin, reader):
    for client in (admin, reader):
        answer = client.post(
            "/",
            params={"query": "SELECT sum(x) FROM ext", "ext_structure": "x UInt32, y String", "ext_format": "CSV"},
            files={"ext": ("ext.csv", b"1,a\n41,b\n")},
        )
        assert answer.text == "42\n"


def test_an_error_behind_the_first_rows_breaks_the_connection(server):
    text = "SELECT throwIf(number = 3000000) FROM numbers(5000000)"
    received = bytearray()
    with (  # noqa: PT012 - the error comes while the rows are read
        pytest.raises(httpx.RemoteProtocolError),
        httpx.stream("POST", server.url, auth=READER, content=text, headers={"Accept-Encoding": "identity"}) as answer,
    ):
        assert answer.status_code == 200
        tag = answer.headers["X-ClickHouse-Exception-Tag"]
        for piece in answer.iter_raw():
            received += piece
    assert b"Code: 395" in received
    assert received.endswith(f" {tag}\r\n__exception__\r\n".encode())


def test_wait_end_of_query_gives_the_error_its_own_status(admin):
    answer = ask(admin, "SELECT throwIf(number = 3000000) FROM numbers(5000000)", wait_end_of_query="1")
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (500, "395")
