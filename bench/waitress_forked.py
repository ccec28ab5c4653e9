"""Serve the floor app by two waitress processes of four threads on one listening socket."""

import logging
import os
import signal
import socket
import sys

import waitress

from bench.floor_app import app


def end_both(second: int) -> None:
    """Stop the second process and then this one."""
    os.kill(second, signal.SIGTERM)
    sys.exit()


if __name__ == "__main__":
    logging.getLogger("waitress").setLevel(logging.ERROR)
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=1024)
    second = os.fork()
    if second:
        signal.signal(signal.SIGTERM, lambda *_: end_both(second))
    waitress.serve(app, sockets=[listener], threads=4)
