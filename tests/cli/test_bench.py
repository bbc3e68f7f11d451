"""``bench`` measures the thing it names; the figures themselves are not judged here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.cli.bench import bench_lines, measuring_rows
from ecg_chat.cli.bench_measuring import MeasuringTimes, time_measuring
from ecg_chat.cli.bench_reading import time_reading
from ecg_chat.cli.bench_startup import time_start
from ecg_chat.errors import InvalidSettings
from ecg_chat.evaluation.answering_times import QUESTIONS, time_model
from ecg_chat.settings import Settings
from ecg_chat.signals.synthetic import make_ecg
from tests.cli.conftest import write_wfdb

SERVER = """
import http.server, os, pathlib, sys
data = pathlib.Path(os.environ["ECG_CHAT_DATA_DIR"])
(data / "seen").write_text(os.environ["ECG_CHAT_DATABASE_URL"])
class Page(http.server.BaseHTTPRequestHandler):
    calls = 0
    def do_GET(self):
        Page.calls += 1
        self.send_response(200 if Page.calls > 2 else 503)
        self.end_headers()
    def log_message(self, *arguments):
        pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["ECG_CHAT_PORT"])), Page).serve_forever()
"""


def test_every_question_is_asked_and_every_crowd_is_answered() -> None:
    assistant = ScriptedAssistant(answers=["The rate is 70/min. This takes a few words."], delay_s=0.002)
    times = time_model(lambda: assistant, (1, 4))
    asked = [conversation.messages[-1].text for conversation in assistant.conversations]
    assert asked[: len(QUESTIONS) + 1] == [QUESTIONS[0], *QUESTIONS]
    assert len(asked) == len(QUESTIONS) + 1 + 1 + 4
    assert [crowd.n for crowd in times.crowds] == [1, 4]
    assert 0 < times.first_token_s < times.crowds[0].all_done_s
    assert times.crowds[1].slowest_first_token_s > times.crowds[0].slowest_first_token_s, "the last one waits"
    assert times.tokens_per_s > 0


def test_the_steps_of_a_reading_add_up(tmp_path: Path) -> None:
    header, _ = write_wfdb(tmp_path, "rec", make_ecg("normal"))
    times = time_reading(header, runs=1)
    assert times.median_s == pytest.approx(sum(times.steps_s.values()))
    assert set(times.steps_s) == {"reading", "measuring", "judging", "strip"}
    assert times.process_s > 0
    assert 10 < times.strip_kb < 300
    assert any("file to strip" in line for line in bench_lines(times, None, None, 1.0))


def test_start_up_counts_until_the_page_is_there(tmp_path: Path) -> None:
    times = time_start([sys.executable, "-c", SERVER], Settings(), tmp_path)
    assert times.page_s > 0 and times.memory_mb > 1
    assert (tmp_path / "seen").read_text() == "", "the bench never touches the person's own log"


def test_a_page_that_ends_by_itself_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="code 3"):
        time_start([sys.executable, "-c", "raise SystemExit(3)"], Settings(), tmp_path)


def test_every_length_is_measured_in_order_and_memory_never_falls() -> None:
    begun: list[float] = []
    rows = time_measuring((4.0, 8.0), 2, begun.append)
    assert begun == [row.duration_s for row in rows] == [4.0, 8.0]
    assert all(row.n_leads == 12 and row.median_s > 0 for row in rows)
    assert all(row.per_second_ms == pytest.approx(1000 * row.median_s / row.duration_s) for row in rows)
    assert 10 < rows[0].peak_mb <= rows[1].peak_mb


def test_growth_is_shown_against_the_first_length() -> None:
    rows = [MeasuringTimes(10.0, 12, 0.1, 10.0, 200.0), MeasuringTimes(60.0, 12, 0.9, 15.0, 220.0)]
    assert measuring_rows(rows)[1:] == [
        ("10 s, 12 leads", "0.100 s", "10.0 ms", "1.00", "200 MB"),
        ("60 s, 12 leads", "0.900 s", "15.0 ms", "1.50", "220 MB"),
    ]
