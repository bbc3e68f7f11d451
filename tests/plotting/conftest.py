"""A page with a real strip, served from this machine, in a real browser."""

import functools
import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import plotly
import pytest

from ecg_chat.measurements.types import GLOBAL_UNITS, LEAD_UNITS, Beat, Measurements, Rhythm, Value
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, Source
from ecg_chat.signals.synthetic import SyntheticEcg, make_ecg

STATIC = Path(__file__).parents[2] / "static"
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
PAGE = (Path(__file__).parent / "strip_page.html").read_bytes()


def ecg_of(signal_mv: np.ndarray, fs_hz: float = 500.0, leads: tuple[str, ...] = STANDARD_LEADS) -> Ecg:
    """A recording made of given samples."""
    return Ecg(signal_mv.astype(np.float32), fs_hz, leads, Source("made.csv", "table", "0" * 64))


def measured(synthetic: SyntheticEcg) -> Measurements:
    """The truth of a synthetic ECG in the shape of measurements (plotting must not depend on how they were found)."""
    truth, ecg = synthetic.truth, synthetic.ecg
    known = {
        "heart_rate_bpm": truth.heart_rate_bpm,
        "p_ms": truth.p_ms,
        "pr_ms": truth.pr_ms,
        "qrs_ms": truth.qrs_ms,
        "qt_ms": truth.qt_ms,
        "p_axis_deg": truth.p_axis_deg,
        "qrs_axis_deg": truth.qrs_axis_deg,
        "t_axis_deg": truth.t_axis_deg,
    }
    overall = {
        key: Value(known.get(key), unit, "" if known.get(key) is not None else "not part of this test")
        for key, unit in GLOBAL_UNITS.items()
    }
    per_lead = {lead: {k: Value(0.1, u) for k, u in LEAD_UNITS.items()} for lead in ecg.leads}
    beats = tuple(
        Beat(
            r_s=float(b.qrs_on_s + b.qrs_off_s) / 2,
            kind=b.kind,
            p_on_s=b.p_on_s,
            p_off_s=b.p_off_s,
            qrs_on_s=b.qrs_on_s,
            qrs_off_s=b.qrs_off_s,
            t_peak_s=b.t_peak_s,
            t_off_s=b.t_off_s,
        )
        for b in truth.beats
    )
    rhythm = Rhythm("regular", 1.0, True, True, True, None, None)
    return Measurements(
        overall, per_lead, beats, rhythm, dict.fromkeys(ecg.leads, ()), ecg.fs_hz, ecg.duration_s, ecg.leads
    )


@pytest.fixture(scope="session")
def normal() -> SyntheticEcg:
    """A normal 10-s ECG at 500 Hz."""
    return make_ecg("normal")


@dataclass
class Site:
    """The served page; set ``payload`` before opening it."""

    url: str
    payload: Mapping[str, Any]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Serve page, static files, Plotly and payload on a free port of this machine."""
    served = Site("", {})

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            fixed: dict[str, Callable[[], tuple[str, bytes]]] = {
                "/": lambda: ("text/html", PAGE),
                "/payload.json": lambda: ("application/json", json.dumps(served.payload, allow_nan=False).encode()),
                "/plotly.min.js": lambda: ("text/javascript", PLOTLY_JS.read_bytes()),
                "/favicon.ico": lambda: ("image/x-icon", b""),
            }
            make = fixed.get(self.path.split("?")[0])
            if make is None:
                super().do_GET()
                return
            kind, body = make()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if self.path == "/plotly.min.js":
                self.send_header("Cache-Control", "max-age=3600")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(STATIC.parent)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser(chromium_path: str | None) -> Iterator[Any]:
    """Chromium for the strip's tests; closed with them, because its event loop would stay in the way of others."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield chromium
        chromium.close()
