"""The servers that other tests stand on."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

import psycopg
import pytest
import redis

from tests import servers


@contextmanager
def webhook_receiver() -> Iterator[tuple[str, Queue[bytes]]]:
    bodies: Queue[bytes] = Queue()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}/hook", bodies
    finally:
        listener.shutdown()
        listener.server_close()


def test_postgresql_keeps_its_data_over_a_restart() -> None:
    with servers.postgresql_server() as server:
        with psycopg.connect(server.dsn) as connection:
            connection.execute("CREATE TABLE kept (n integer)")
        server.stop()
        server.start()
        with psycopg.connect(server.dsn) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_postgresql_keeps_what_was_committed_before_a_kill() -> None:
    with servers.postgresql_server() as server:
        with psycopg.connect(server.dsn) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1")
        server.kill()
        server.start()
        with psycopg.connect(server.dsn) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)


def test_redis_answers_only_inside_its_block() -> None:
    with servers.redis_server() as server, redis.Redis.from_url(server.url) as client:
        assert client.ping()

    assert not servers.tcp_open(server.port)


def test_a_missing_program_names_its_package() -> None:
    with pytest.raises(servers.ServerError, match="apt-get install moon-base"):
        servers.installed("moon-lander", "moon-base")


def test_alertmanager_posts_what_prometheus_sees_fall() -> None:
    with (
        webhook_receiver() as (url, bodies),
        servers.prometheus_with_alertmanager(webhook=url, target=servers.free_port()),
    ):
        assert b'"InstanceDown"' in bodies.get(timeout=60)
