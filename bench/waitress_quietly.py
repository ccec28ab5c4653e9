"""Serve the floor app by waitress with eight threads and without its log of waiting requests."""

import logging
import sys

import waitress

from bench.floor_app import app

if __name__ == "__main__":
    logging.getLogger("waitress").setLevel(logging.ERROR)
    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8)
