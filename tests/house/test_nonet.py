import socket

import pytest

from tests import servers


def test_another_machine_is_out_of_reach() -> None:
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError, match="loopback"):
        probe.connect(("192.0.2.1", 80))


def test_a_datagram_to_another_machine_is_refused() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as probe,
        pytest.raises(ConnectionRefusedError, match="loopback"),
    ):
        probe.sendto(b"x", ("192.0.2.1", 162))


def test_no_name_server_is_asked() -> None:
    with pytest.raises(socket.gaierror, match="resolve no names"):
        socket.getaddrinfo("example.com", 443)


def test_loopback_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert servers.tcp_open(listener.getsockname()[1])
