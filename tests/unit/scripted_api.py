"""A real HTTP server on loopback that says what a test tells it to, and a source that polls it."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from millstream.project.http_source import HttpDeclaration
from millstream.sources.attempts import Attempts
from millstream.sources.fetch import Client
from millstream.sources.memory import Memory
from millstream.sources.model import SourceFailed
from millstream.sources.poll import Poller, Source
from millstream.sources.sink import MemorySink

READINGS = [
    {"id": 1, "temp": 20.5, "at": "2026-05-12T12:00"},
    {"id": 2, "temp": -3, "at": "2026-05-12T12:00"},
]
DECLARED = {
    "topic": "readings",
    "url": "${API}/readings",
    "interval": 0.05,
    "timeout": 5,
    "records": "list",
    "fields": {
        "id": {"path": "id", "type": "text"},
        "temp": {"path": "temp", "type": "number"},
        "at": {"path": "at", "type": "time"},
    },
    "key": "id",
    "record_time": "at",
    "retry": {"attempts": 3, "first": 0.01, "longest": 0.05},
}


def answer(content=None, status=200, **headers):
    """Say something: a value as JSON, or bytes as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()

    def say(handler):
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return say


def readings(*given, **headers):
    return answer({"list": list(given or READINGS)}, **headers)


@dataclass
class Api:
    """What it says to each request in turn, the last for ever, and what it was asked."""

    says: list = field(default_factory=lambda: [readings()])
    requests: list = field(default_factory=list)
    address: str = ""

    def respond(self, handler):
        self.requests.append((handler.path, {k.lower(): v for k, v in handler.headers.items()}))
        say = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        # A client that has had enough closes the connection.
        with suppress(BrokenPipeError, ConnectionResetError):
            say(handler)

    @property
    def paths(self):
        return [path for path, _ in self.requests]


@contextmanager
def serving(*says):
    """Run an API on a free port."""
    api = Api(list(says) or [readings()])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            api.respond(self)

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            api.respond(self)

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        connections = ()

        def get_request(self):
            connection, address = super().get_request()
            self.connections = (*self.connections, connection)
            return connection, address

        def handle_error(self, *_):
            pass

        def hang_up(self):
            """A server that is gone answers no client on a connection it kept, either."""
            for connection in self.connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    api.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        server.hang_up()
        thread.join()


def declared(**changes):
    return HttpDeclaration.model_validate(DECLARED | changes)


@dataclass
class Polled:
    """A source with its sink and memory."""

    poller: Poller
    sink: MemorySink
    memory: Memory

    def poll(self):
        return self.poller.poll()

    @property
    def values(self):
        return [json.loads(record.value) for record in self.sink.records]

    @property
    def letters(self):
        return [json.loads(letter.value) for letter in self.sink.letters]


@contextmanager
def source(api, *, sink=None, memory=":memory:", variables=None, ending=None, **changes):
    """A source that polls an API; `changes` are to its declaration."""
    declaration, sink = declared(**changes), sink or MemorySink()
    known = Memory(memory)
    try:
        with Client(declaration) as client:
            attempts = Attempts(declaration, ending or threading.Event())
            made = Poller(
                Source("readings", "", declaration),
                {"API": api.address, **(variables or {})},
                client=client,
                attempts=attempts,
                memory=known,
                sink=sink,
            )
            yield Polled(made, sink, known)
    finally:
        known.close()


def failure(polled, match, kind=SourceFailed):
    """How a poll fails."""
    with pytest.raises(kind, match=match) as failed:
        polled.poll()
    return failed.value
