"""`python -m millstream.local.weather --recordings FOLDER --port PORT`."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from millstream.local.ports import LOOPBACK
from millstream.local.weather.app import application
from millstream.local.weather.recordings import Recordings

parser = argparse.ArgumentParser(prog="millstream.local.weather", description=__doc__)
parser.add_argument("--recordings", type=Path, required=True, help="folder of HH.json")
parser.add_argument("--port", type=int, required=True, help="on the loopback interface")
given = parser.parse_args()
app = application(Recordings.of(given.recordings))
uvicorn.run(app, host=LOOPBACK, port=given.port, access_log=False, log_level="warning", server_header=False)
