"""Sessions, the reader and clickhouse-connect."""

import datetime as dt
import decimal
import threading
import uuid

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, StreamFailureError

from conftest import ADMIN, READER

pytestmark = pytest.mark.e2e


def connect(server, user=ADMIN, **options):
    return clickhouse_connect.get_client(
        host="127.0.0.1",
        port=server.port,
        username=user[0],
        password=user[1],
        **options,
    )


@pytest.fixture
def client(server):
    client = connect(server)
    yield client
    client.close()


def test_a_session_keeps_its_set_and_temporary_tables(admin):
    def say(text, **url):
        return admin.post("/", params={"session_id": "kept", **url}, content=text).text

    say("SET max_threads = 7")
    say("CREATE TEMPORARY TABLE mine (a Int8)")
    say("INSERT INTO mine VALUES (5)")
    assert say("SELECT a, getSetting('max_threads') FROM mine") == "5\t7\n"
    assert "UNKNOWN_TABLE" in admin.post("/", content="SELECT * FROM mine").text


def test_url_settings_hold_for_one_request_even_in_a_session(admin):
    def threads(**url):
        return admin.post("/", params={"session_id": "url", **url}, content="SELECT getSetting('max_threads')").text

    default = threads()
    assert threads(max_threads="3") == "3\n" != default
    assert threads() == default
    admin.post("/", params={"session_id": "url", "max_threads": "4"}, content="SET max_threads = 9")
    assert threads(max_threads="3") == "3\n"
    assert threads() == "9\n"


def test_a_session_serves_one_request_at_a_time(server, admin):
    slow = threading.Thread(target=lambda: admin.post("/", params={"session_id": "busy"}, content="SELECT sleep(2)"))
    slow.start()
    codes = set()
    with server.client() as other:
        while slow.is_alive():
            answer = other.post("/", params={"session_id": "busy"}, content="SELECT 1")
            codes.add(answer.headers.get("X-ClickHouse-Exception-Code"))
    assert "373" in codes


def test_session_check_refuses_an_unknown_session(admin):
    answer = admin.post("/", params={"session_id": "never", "session_check": "1"}, content="SELECT 1")
    assert answer.headers["X-ClickHouse-Exception-Code"] == "372"


WRITES = [
    "INSERT INTO {t} VALUES (1, 'x')",
    "INSERT INTO {t} FORMAT CSV\n1,x\n",
    "CREATE TABLE x (a Int8) ENGINE = Memory",
    "CREATE TEMPORARY TABLE x (a Int8)",
    "DROP TABLE {t}",
    "TRUNCATE TABLE {t}",
    "ALTER TABLE {t} DELETE WHERE 1",
    "RENAME TABLE {t} TO x",
    "OPTIMIZE TABLE {t}",
    "KILL QUERY WHERE 1",
    "(KILL QUERY WHERE 1)",
    "SYSTEM FLUSH LOGS",
    "SET readonly = 0",
    "SET max_threads = 1",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int8')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM Python(os)",
    "SELECT file('/etc/passwd')",
    "SELECT file /* hidden */ ('/etc/passwd')",
    "SELECT `file`('/etc/passwd')",
    "SELECT \"file\"('/etc/passwd')",
    "SELECT `\\x66ile`('/etc/passwd')",
    "SELECT \u201cfile\u201d('/etc/passwd')",
    "SELECT * APPLY(file) FROM (SELECT '/etc/passwd' AS x)",
    "SELECT * APPLY file FROM (SELECT '/etc/passwd' AS x)",
    "SELECT * APPLY(x -> file(x)) FROM (SELECT '/etc/passwd' AS x)",
    "WITH x -> file(x) AS f SELECT f('/etc/passwd')",
    "file('/etc/passwd')",
    "SELECT 1 INTO OUTFILE '/tmp/of-reader'",
    "SELECT 1 /* /* */ ' */ INTO OUTFILE '/tmp/of-reader' -- '",
    "SELECT 1; DROP TABLE {t}",
    "SELECT $a$ ; $a$; DROP TABLE {t}",
    "SELECT \u2018 ; \u2019; DROP TABLE {t}",
    "SELECT 1 // ; \n; DROP TABLE {t}",
    "EXPLAIN SELECT file('/etc/passwd')",
    "BACKUP TABLE {t} TO File('/tmp/of-reader')",
]


@pytest.mark.parametrize("text", WRITES)
def test_the_reader_can_do_nothing_but_read(admin, reader, table, text):
    answer = reader.post("/", content=text.replace("{t}", table))
    assert answer.status_code in {400, 403, 404}, answer.text
    assert "root:" not in answer.text
    assert admin.post("/", content=f"SELECT count() FROM {table}").text == "0\n"


@pytest.mark.parametrize("parameters", [{"readonly": "0"}, {"readonly": "2"}])
def test_the_reader_cannot_choose_another_level(reader, parameters):
    assert reader.post("/", params=parameters, content="SELECT 1").headers["X-ClickHouse-Exception-Code"] == "164"


def test_the_level_is_the_engines_own(reader):
    answer = reader.post(
        "/", params={"max_threads": "3"}, content="SELECT getSetting('readonly'), getSetting('max_threads')"
    )
    assert answer.text == "1\t3\n"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1 AS x, 'a' AS y WHERE 0",
        "SELECT toLowCardinality('x') AS x, [toLowCardinality('a')] AS y WHERE 0",
        "SELECT number AS x, toString(number) AS y FROM numbers(10) WHERE number > 10 SETTINGS max_threads = 1",
    ],
)
def test_an_empty_native_result_has_its_columns(client, query):
    assert client.query(query).column_names == ("x", "y")


def test_types_survive_the_way_there_and_back(client):
    client.command(
        "CREATE TABLE kinds (a UInt64, b Nullable(String), c Array(LowCardinality(String)), d Decimal(12, 2), "
        "e DateTime64(3), f UUID, g Map(String, Int32), h Tuple(Int8, String)) ENGINE = MergeTree ORDER BY a"
    )
    row = [
        1,
        None,
        ["x", "y"],
        decimal.Decimal("12.30"),
        dt.datetime(2026, 1, 2, 3, 4, 5, 678000),  # noqa: DTZ001
        uuid.UUID(int=7),
        {"k": -1},
        (3, "é"),
    ]
    client.insert("kinds", [row])
    assert [list(r) for r in client.query("SELECT * FROM kinds").result_rows] == [row]
    client.command("DROP TABLE kinds")


def test_data_frames_arrow_and_row_streams_work(client):
    frame = client.query_df("SELECT number AS n, toString(number) AS s FROM numbers(1000)")
    assert frame["n"].sum() == 499_500
    assert client.query_arrow("SELECT number AS n FROM numbers(200000)").num_rows == 200_000
    with client.query_row_block_stream("SELECT number FROM numbers(200000)") as blocks:
        assert sum(len(block) for block in blocks) == 200_000


def test_a_reading_client_reads_and_gets_the_engines_refusal(server):
    client = connect(server, READER)
    assert client.query("SELECT 1").result_rows == [(1,)]
    with pytest.raises(DatabaseError, match="READONLY"):
        client.command("CREATE TABLE nope (a Int8) ENGINE = Memory")


def test_the_query_log_knows_who_asked_what_and_no_password(admin, reader):
    reader.post("/", params={"query_id": "mine-1"}, content="SELECT count() FROM numbers(10)")
    reader.post(
        "/", params={"query_id": "mine-2"}, content="SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'hunter2')"
    )
    admin.post("/", content="SYSTEM FLUSH LOGS")
    text = (
        "SELECT query_id, user, kind, rows, error_code, query FROM millstream.query_log "
        "WHERE query_id LIKE 'mine-%' ORDER BY 1"
    )
    first, second = admin.post("/", content=text).text.splitlines()
    assert first == "mine-1\treader\tSELECT\t1\t0\tSELECT count() FROM numbers(10)"
    assert "\t164\t" in second
    assert "hunter2" not in second
    assert "[HIDDEN]" in second


def test_an_error_in_the_middle_of_a_stream_reaches_the_client(client):
    text = "SELECT throwIf(number = 3000000), number FROM numbers(5000000)"
    with pytest.raises(StreamFailureError, match="throwIf"), client.query_rows_stream(text) as rows:
        for _ in rows:
            pass
