"""The board served alone, over HTTP and in a frame like Airflow's, for tests that drive a browser."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.responses import HTMLResponse

from asked_board import IN_HAND, identify
from townreturn.board import create_board
from townreturn.office import Office

_NAVIGATION_WIDTH = 80
"""What Airflow's own navigation leaves to its left, in pixels."""


@contextmanager
def serve_board(office: Office, now: datetime = IN_HAND) -> Iterator[str]:
    """Its address, ``http://127.0.0.1:port``; the header ``x-account`` says who asks, as in ``asked_board``."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(_create_host(office, now), log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


def _create_host(office: Office, now: datetime) -> FastAPI:
    """Mounts the board as Airflow does, and shows it as Airflow's page of an external view does."""
    host = FastAPI(openapi_url=None)
    host.mount("/board", create_board(lambda: office, identify, lambda: now))

    @host.get("/framed{path:path}")
    def show_framed(path: str, query: str = "") -> HTMLResponse:
        return HTMLResponse(_frame(f"/board{path}" + (f"?{query}" if query else "")))

    return host


def _frame(address: str) -> str:
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>Airflow</title>'
        '<link rel="icon" href="data:,"></head><body style="margin:0;overflow:hidden">'
        f'<iframe title="board" src="{escape(address)}" sandbox="{sandbox_of_airflow()}" '
        f'style="border:none;display:block;height:100vh;width:calc(100vw - {_NAVIGATION_WIDTH}px);'
        f'margin-left:{_NAVIGATION_WIDTH}px"></iframe></body></html>'
    )


@cache
def sandbox_of_airflow() -> str:
    """What the installed Airflow lets an external view do, read from its own page."""
    spec = find_spec("airflow")  # imported here, it would keep the settings of other tests from it
    assert spec
    assert spec.origin
    folder = Path(spec.origin).parent / "ui" / "dist" / "assets"
    script = "".join(path.read_text("utf-8") for path in sorted(folder.glob("index-*.js")))
    [allowed] = set(re.findall(r"sandbox:[`\"'](allow-scripts[a-z -]*)[`\"']", script))
    return allowed
