"""Bad servers: nothing blocks, nothing is sent elsewhere, and what went wrong is said without secrets."""

from __future__ import annotations

import gzip
import logging
import time
import tracemalloc

import pytest
from scripted_api import READINGS, answer, failure, readings, serving, source

from millstream.sources.address import followed
from millstream.sources.fetch import retry_after
from millstream.sources.inflate import Body
from millstream.sources.model import Unmapped
from millstream.sources.pages import link_next

MIB = 2**20
TOKEN = "s3cret-token-value"
SECRET = {"variables": {"TOKEN": TOKEN}, "headers": {"Authorization": "Bearer ${TOKEN}", "X-Api-Key": "${TOKEN}"}}


def hang(_):
    time.sleep(3)


def drip(handler):
    """A byte now and then, for ever: no single read ever times out."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def drip_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        handler.wfile.write(b"X-More: 1\r\n")
        handler.wfile.flush()
        time.sleep(0.05)


def break_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b'{"list": [')
    handler.close_connection = True


def endless(handler):
    """100 MB and more, in chunks, without saying how much it will be."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    chunk = b"[" + b" " * (MIB - 1)
    for _ in range(100):
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))


def test_a_server_error_is_asked_again_until_it_is_over():
    with serving(answer({}, status=500), answer({}, status=503), readings()) as api, source(api) as polled:
        assert polled.poll().sent == 2
    assert len(api.requests) == 3


def test_a_server_that_stays_broken_ends_the_poll_after_the_attempts_and_the_next_poll_goes_on():
    says = [answer({}, status=500)] * 3
    with serving(*says, readings()) as api, source(api) as polled:
        failure(polled, "answers 500 Internal Server Error")
        assert len(api.requests) == 3
        assert polled.poll().sent == 2


def test_a_refusal_is_not_asked_again():
    with serving(answer({}, status=401)) as api, source(api) as polled:
        failure(polled, "answers 401")
        assert len(api.requests) == 1


def test_too_many_requests_waits_as_long_as_the_server_asks():
    says = [answer({}, status=429, Retry_After="1"), readings()]
    with serving(*says) as api, source(api, retry={"attempts": 3, "first": 0.01, "longest": 5}) as polled:
        began = time.monotonic()
        assert polled.poll().sent == 2
        assert time.monotonic() - began >= 1


def test_a_longer_wait_than_a_poll_may_take_postpones_the_next_poll():
    with serving(answer({}, status=429, Retry_After="3600")) as api, source(api) as polled:
        failed = failure(polled, "asks to wait 3600 s")
        assert failed.wait == 3600
    assert len(api.requests) == 1


def test_retry_after_is_a_number_or_a_date():
    assert retry_after("120", 0) == 120
    assert retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 60) == 60
    assert retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 600) == 0
    assert retry_after("soon", 0) == 0
    assert retry_after("9" * 400, 0) == retry_after("Thu, 01 Jan 2099 00:00:00 GMT", 0) == 86400


def test_no_content_is_no_record():
    with serving(answer(b"", status=204)) as api, source(api) as polled:
        assert polled.poll().sent == 0
    assert polled.letters == []


@pytest.mark.parametrize(
    ("target", "there"),
    [
        ("/b", "http://user:pw@host/b"),
        ("//host/b", "http://host/b"),
        ("https://host/b", "https://host/b"),
        ("https://host:8443/b", None),
        ("http://host:81/b", None),
        ("http://other:pw@host/b", None),
        ("http://host.other/b", None),
        ("http://[broken/b", None),
        ("ftp://host/b", None),
    ],
)
def test_only_the_same_host_is_followed(target, there):
    assert followed("http://user:pw@host/a", target) == there


def test_the_way_back_from_https_is_not_followed():
    assert followed("https://host/a", "http://host/a") is None


@pytest.mark.parametrize("say", [hang, drip, drip_headers], ids=lambda say: say.__name__)
def test_a_slow_answer_is_given_up_in_time(say):
    with serving(say) as api, source(api, timeout=0.4, retry={"attempts": 1}) as polled:
        began = time.monotonic()
        failure(polled, "no (complete )?answer in")
        assert time.monotonic() - began < 1.5


def test_an_answer_that_breaks_off_is_asked_again_and_is_no_dead_letter():
    with serving(break_off, readings()) as api, source(api) as polled:
        assert polled.poll().sent == 2
    assert not polled.letters


def test_a_server_that_is_away_is_a_failure():
    with serving() as api:
        assert api.address
    with source(api) as polled:
        failure(polled, "cannot be reached")


def test_an_answer_too_large_is_refused_while_it_comes_and_leaves_its_beginning():
    with serving(endless) as api, source(api, largest_answer=2 * MIB) as polled:
        failure(polled, "unmapped_answer_too_large: the answer is larger than 2097152 bytes")
        assert len(api.requests) == 1
    (letter,) = polled.letters
    assert letter["error_type"] == "unmapped_answer_too_large"
    assert len(letter["value_bytes"]) < 100_000


def test_a_bomb_of_compressed_nothing_does_not_go_off():
    bomb = gzip.compress(bytes(64 * MIB))
    with serving(answer(bomb, Content_Encoding="gzip")) as api, source(api, largest_answer=MIB) as polled:
        failure(polled, "unmapped_answer_too_large")
        assert len(bomb) < MIB // 10
    bomb = gzip.compress(bomb)
    with serving(answer(bomb, Content_Encoding="gzip, gzip")) as api, source(api) as polled:
        failure(polled, "encoding gzip, gzip, which was not asked for")


def test_a_bomb_is_unpacked_no_further_than_allowed():
    bomb, body = gzip.compress(bytes(64 * MIB)), Body("gzip", MIB)
    tracemalloc.start()
    with pytest.raises(Unmapped, match="larger than 1048576 bytes"):
        body.add(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MIB


def test_compressed_answers_are_read_and_broken_ones_are_not():
    body = b'{"list": [{"id": 1, "temp": 2, "at": "2026-05-12T12:00"}]}'
    halves = gzip.compress(body[:20]) + gzip.compress(body[20:])
    with serving(answer(halves, Content_Encoding="gzip")) as api, source(api) as polled:
        assert polled.poll().sent == 1
    with serving(answer(gzip.compress(body)[:-9], Content_Encoding="gzip")) as api, source(api) as polled:
        failure(polled, "the compressed answer breaks off")


def test_a_redirect_to_another_host_is_not_followed_and_takes_no_secret_there():
    with serving() as elsewhere:
        target = elsewhere.address.replace("127.0.0.1", "localhost")
        for status, there in ((302, target), (307, elsewhere.address), (302, "file:///etc/passwd")):
            says = answer(b"", status=status, Location=f"{there}/readings?token={TOKEN}")
            with serving(says) as api, source(api, **SECRET) as polled:
                it = failure(polled, "which is not followed")
                assert TOKEN not in str(it)
    assert elsewhere.requests == []


def test_a_redirect_within_the_host_is_followed_with_its_headers():
    with serving(answer(b"", status=307, Location="/v2/readings"), readings()) as api, source(api, **SECRET) as polled:
        assert polled.poll().sent == 2
    assert api.paths == ["/readings", "/v2/readings"]
    assert api.requests[1][1]["x-api-key"] == TOKEN


def test_redirects_in_a_circle_end():
    says = answer(b"", status=302, Location="/readings")
    with serving(says) as api, source(api) as polled:
        failure(polled, "more than 5 redirects")
        assert len(api.requests) == 6


def test_secrets_are_sent_and_never_logged(caplog):
    caplog.set_level(logging.DEBUG, logger="millstream")
    fields = {"id": {"path": "id", "type": "text"}}
    says = [readings(), answer({}, status=500), answer({"error": TOKEN})]
    query = {"params": {"token": "${TOKEN}"}, "fields": fields, "record_time": None}
    with serving(*says) as api, source(api, retry={"attempts": 1}, **SECRET, **query) as polled:
        polled.poll()
        first = failure(polled, "answers 500")
        second = failure(polled, "unmapped_no_records")
        told = f"{first} {second} {polled.poller!r} {caplog.text}"
    assert api.requests[0][1]["authorization"] == f"Bearer {TOKEN}"
    assert api.paths[0] == f"/readings?token={TOKEN}"
    assert TOKEN not in told


@pytest.mark.parametrize("value", ["two\nlines", "schlüssel"])
def test_a_secret_that_cannot_be_sent_is_not_shown(value):
    with serving() as api, source(api, variables={"TOKEN": value}, headers={"X": "${TOKEN}"}) as polled:
        failed = failure(polled, "see the values of its variables")
        assert value not in repr(failed)
        assert value not in repr(failed.__cause__)


def test_a_variable_that_is_not_set_is_named():
    with serving() as api, source(api, headers={"X": "${NOT_SET}"}) as polled:
        failure(polled, "variable NOT_SET is not set for the sources process")
        assert api.requests == []


def test_the_rate_limit_holds_over_retries():
    limit = {"requests": 2, "per": 0.4}
    says = [answer({}, status=500)] * 2
    with serving(*says, readings()) as api, source(api, rate_limit=limit) as polled:
        began = time.monotonic()
        polled.poll()
        assert time.monotonic() - began >= 0.4


def paged(first, last, **how):
    return answer({"list": [READINGS[0]], **first}, **how), answer({"list": [READINGS[1]], **last})


@pytest.mark.parametrize(
    ("pagination", "says", "paths"),
    [
        ({"next": "next"}, paged({"next": "/readings?after=1"}, {"next": None}), ["/readings", "/readings?after=1"]),
        ({"link": True}, paged({}, {}, Link='</p0>; rel="prev", </p2>; rel="next"'), ["/readings", "/p2"]),
        (
            {"page": {"param": "page", "first": 0}},
            (*paged({}, {}), answer({"list": []})),
            ["/readings?page=0", "/readings?page=1", "/readings?page=2"],
        ),
    ],
    ids=["address", "link", "number"],
)
def test_every_page_is_read(pagination, says, paths):
    with serving(*says) as api, source(api, pagination=pagination) as polled:
        assert polled.poll().sent == 2
    assert api.paths == paths


def test_pages_without_end_are_a_failure_that_is_told_and_what_came_is_kept():
    with serving() as api, source(api, pagination={"page": {"param": "page"}, "most": 3}) as polled:
        failure(polled, "more than 3 pages")
        assert len(polled.values) == 2
    assert len(api.requests) == 3


def test_pages_in_a_circle_end():
    with serving(answer({"list": READINGS, "next": "/a"})) as api, source(api, pagination={"next": "next"}) as polled:
        failure(polled, "lead back to one that was read already")


def test_a_page_on_another_host_is_not_asked_for():
    pagination = {"next": "next"}
    with serving() as elsewhere:
        says = answer({"list": READINGS, "next": f"{elsewhere.address}/p2"})
        with serving(says) as api, source(api, pagination=pagination, **SECRET) as polled:
            failure(polled, "is not followed")
    assert len(polled.values) == 2
    assert elsewhere.requests == []


def test_a_page_that_fails_loses_none_before_it_and_sends_none_twice():
    first, last = paged({"next": "/p2"}, {})
    says = [first, answer({}, status=404), first, last]
    with serving(*says) as api, source(api, pagination={"next": "next"}) as polled:
        failure(polled, "answers 404")
        assert polled.poll().sent == 1
    assert [value["id"] for value in polled.values] == ["1", "2"]


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('<https://a/2>; rel="next"', "https://a/2"),
        ("<a>; rel=prev, <b>; rel=next", "b"),
        ('<a>; title="next"; rel="last"', None),
        ('<a>; rel="start next"', "a"),
        ("", None),
    ],
)
def test_link_header(header, target):
    assert link_next(header) == target
