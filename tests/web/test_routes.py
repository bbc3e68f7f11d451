"""The routes behind the pages, over HTTP without a browser."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.errors import ModelError
from ecg_chat.settings import Settings
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.types import Finding
from ecg_chat.web import create_app
from ecg_chat.web.examples import example_files, wfdb_files
from ecg_chat.web.failures import as_sentence

BASE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., TestClient]]:
    clients: list[TestClient] = []

    def build(assistant: ScriptedAssistant | None) -> TestClient:
        settings = Settings(data_dir=tmp_path_factory.mktemp("data"), max_upload_mb=5, models_dir=Path("/nowhere"))
        client = TestClient(create_app(settings, assistant), base_url=BASE, raise_server_exceptions=False)
        client.__enter__()
        clients.append(client)
        return client

    yield build
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture(scope="module")
def client(make: Callable[..., TestClient]) -> TestClient:
    return make(ScriptedAssistant(answers=("The rate is 72/min. The QRS lasts 60 ms.",)))


@pytest.fixture(scope="module")
def opened(client: TestClient) -> dict[str, Any]:
    return _upload(client, example_files("clbbb")).json()


def _upload(client: TestClient, files: dict[str, bytes], **fields: str) -> Any:
    return client.post("/api/recordings", files=[("files", item) for item in files.items()], data=fields)


def _ask(client: TestClient, recording_id: str, text: str, audience: str = "clinician") -> list[dict[str, Any]]:
    begun = client.post(
        "/api/conversations", json={"recording_id": recording_id, "window_start_s": 0, "audience": audience}
    )
    conversation = begun.json()["conversation"]["id"]
    answer = client.post(f"/api/conversations/{conversation}/questions", json={"text": text})
    return [{"conversation": conversation}, *(json.loads(line) for line in answer.text.splitlines())]


def test_an_upload_shows_strip_numbers_and_findings(opened: dict[str, Any]) -> None:
    numbers = {number["key"]: number for number in opened["summary"]}
    assert numbers["heart_rate_bpm"]["text"] == "72"
    assert numbers["qrs_ms"]["places"], "a number is a link into the strip"
    assert "CLBBB" in {finding["code"] for finding in opened["findings"]}
    assert len(json.dumps(opened["strip"])) < 300_000
    assert {item["code"] for item in opened["rejected"]} >= {"AFIB"}


def test_why_not_names_the_condition(client: TestClient, opened: dict[str, Any]) -> None:
    answer = client.get(f"/api/recordings/{opened['recording']['id']}/judgements/CRBBB").json()
    assert "not met" in answer["sentence"]
    assert any(item["met"] is False for item in answer["evidence"])


def test_the_original_bytes_are_in_the_log_and_nowhere_else(client: TestClient, opened: dict[str, Any]) -> None:
    data_dir = client.app.state.room.settings.data_dir  # type: ignore[attr-defined]
    files = example_files("clbbb")
    with sqlite3.connect(data_dir / "ecg_chat.sqlite") as database:
        stored = {bytes(row[0]) for row in database.execute("select content from blobs")}
    database.close()
    assert set(files.values()) <= stored
    left = [path for path in data_dir.rglob("*") if path.is_file() and not path.name.startswith("ecg_chat.sqlite")]
    assert left == []


def test_an_answer_streams_is_checked_and_logged(client: TestClient, opened: dict[str, Any]) -> None:
    first, *events = _ask(client, opened["recording"]["id"], "Interpret this ECG")
    assert events[-1]["answer"]["state"] == "complete"
    assert events[-1]["answer"]["verdicts"] == {"supported": 1, "contradicted": 1}
    stored = client.get(f"/api/conversations/{first['conversation']}").json()
    assert stored["turns"][0]["answers"][0] == events[-1]["answer"]


def test_answering_again_is_a_new_version(client: TestClient, opened: dict[str, Any]) -> None:
    first, *events = _ask(client, opened["recording"]["id"], "Interpret this ECG")
    url = f"/api/conversations/{first['conversation']}/questions/{events[-1]['question']['id']}/answers"
    lines = client.post(url).text.splitlines()
    assert json.loads(lines[-1])["answer"]["version"] == 2
    assert client.app.state.room.slot.get().settings[-1].temperature > 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 100_000])
def test_a_question_that_cannot_be_asked_gets_a_sentence(client: TestClient, opened: dict[str, Any], text: str) -> None:
    first, *events = _ask(client, opened["recording"]["id"], text)
    assert [event["type"] for event in events] == ["error"]
    assert len(events[0]["error"]) < 200
    assert client.get(f"/api/conversations/{first['conversation']}").json()["turns"] == []


@pytest.mark.parametrize(
    "markup", ["<script>alert(1)</script>", "![x](http://evil.example/x)", "</textarea><img src=x>"]
)
def test_what_a_model_writes_is_text(make: Callable[..., TestClient], markup: str) -> None:
    client = make(ScriptedAssistant(answers=(f"{markup} QRS 178 ms.",)))
    recording = client.post("/api/examples/clbbb").json()["recording"]["id"]
    html = _ask(client, recording, "Hm?")[-1]["answer"]["html"]
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="http' not in html


def test_context_is_judged_with_and_kept_in_versions(client: TestClient) -> None:
    recording = client.post("/api/examples/normal").json()["recording"]["id"]
    url = f"/api/recordings/{recording}/context"
    refused = client.put(url, json={"age_years": "400"})
    assert refused.status_code == 422
    assert refused.json()["field"] == "age_years"
    saved = client.put(url, json={"age_years": "63", "sex": "female", "symptoms": "<b>"}).json()
    assert saved["context"]["age_years"] == 63
    first, *_ = _ask(client, recording, "Interpret this ECG")
    assert client.app.state.room.store.conversation(first["conversation"]).context.sex == "female"  # type: ignore[attr-defined]
    client.put(url, json={"age_years": "64"})
    assert client.app.state.room.store.conversation(first["conversation"]).context.age_years == 63  # type: ignore[attr-defined]


def test_the_history_finds_a_recording(client: TestClient, opened: dict[str, Any]) -> None:
    listed = client.get("/api/recordings", params={"search": "clbbb"}).json()["recordings"]
    assert opened["recording"]["id"] in {item["id"] for item in listed}
    assert client.get("/api/recordings", params={"search": "no such thing"}).json()["recordings"] == []
    picture = client.get(f"/api/recordings/{opened['recording']['id']}/thumbnail.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.text.startswith("<svg")


def test_a_conversation_can_be_taken_along(client: TestClient, opened: dict[str, Any]) -> None:
    first, *_ = _ask(client, opened["recording"]["id"], "Interpret <b>this</b> ECG")
    markdown = client.get(f"/api/conversations/{first['conversation']}/export.md").text
    assert "60 ms" in markdown
    assert "<b>" not in markdown
    pdf = client.get(f"/api/conversations/{first['conversation']}/export.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert "attachment" in pdf.headers["content-disposition"]


def test_a_rating_is_stored_and_the_queue_goes_on(client: TestClient, opened: dict[str, Any]) -> None:
    _ask(client, opened["recording"]["id"], "Rate this")
    before = client.get("/api/review", params={"rater": "A"}).json()
    item = client.get(f"/api/review/{before['next']}", params={"rater": "A"}).json()
    keys = [entry["key"] for entry in client.get("/api/review/rubric").json()["items"]]
    low = {"rater": "A", "items": dict.fromkeys(keys, 2), "claims": {"0": "wrong"}, "unsafe": True}
    url = f"/api/review/{before['next']}"
    assert "comment" in client.post(url, json=low).json()["error"]
    assert client.put(f"{url}/draft", params={"rater": "A"}, json={"items": {keys[0]: 3}}).status_code == 200
    assert client.get(url, params={"rater": "A"}).json()["draft"]["items"] == {keys[0]: 3}
    assert client.post(url, json=low | {"comment": "No."}).status_code == 200
    after = client.get("/api/review", params={"rater": "A"}).json()
    assert (after["done"], after["total"]) == (before["done"] + 1, before["total"])
    assert after["next"] != before["next"]
    assert item["answer"]["claims"][0]["verdict"] == "supported"


@pytest.mark.parametrize(
    "files",
    [
        {"a.edf": b""},
        {"a.hea": b"a 1 500 10\na.dat 16\n"},
        {"a.hea": b"a 1 500 10\n../../etc/passwd 16\n", "a.dat": b"0" * 20},
        {"a.xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'},
        {"a.zip": b"PK\x03\x04garbage"},
        {"\u202e<svg onload=x>.npy": b"\x93NUMPY\x01\x00v\x00{'descr'"},
    ],
    ids=["empty", "no dat", "path", "entity", "zip", "name"],
)
def test_a_bad_file_gets_a_sentence_and_is_not_stored(client: TestClient, files: dict[str, bytes]) -> None:
    before = client.get("/api/recordings").json()["recordings"]
    answer = _upload(client, files)
    assert answer.status_code == 422
    assert 10 < len(answer.json()["error"]) < 400
    assert "Traceback" not in answer.text
    assert client.get("/api/recordings").json()["recordings"] == before


@pytest.mark.parametrize(
    "url",
    [
        "/api/recordings/nope",
        "/api/conversations/nope",
        "/api/review/nope?rater=A",
        "/api/recordings/nope/thumbnail.svg",
    ],
)
def test_what_is_not_there_is_said(client: TestClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_without_a_model_the_strip_is_there_and_asking_says_why(
    make: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(settings: Settings) -> ScriptedAssistant:
        raise ModelError("There is no model in models/mini.")

    monkeypatch.setattr("ecg_chat.web.app.load_model", missing)
    client = make(None)
    opened = client.post("/api/examples/normal").json()
    assert opened["summary"]
    events = _ask(client, opened["recording"]["id"], "Interpret this ECG")
    assert events[-1] == {"type": "error", "error": "There is no model in models/mini.", "kind": "ModelError"}
    assert client.get("/api/status").json()["state"] == "missing"


@pytest.mark.parametrize("page", ["/", "/history", "/review"])
def test_a_page_names_no_other_host(client: TestClient, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    for host in ("googleapis", "gstatic", "cdnjs", "jsdelivr", "huggingface.co"):
        assert f'src="https://{host}' not in answer.text


def test_gradio_takes_no_uploads_and_has_no_handler(client: TestClient) -> None:
    assert client.get("/config").json()["dependencies"] == []
    answer = client.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 100)})
    assert answer.status_code >= 400


def test_a_long_recording_is_read_in_a_window(client: TestClient) -> None:
    ecg = make_ecg("normal", duration_s=31.0).ecg
    opened = _upload(client, wfdb_files("long", ecg)).json()
    window = opened["window"]
    assert window["total_s"] == pytest.approx(31)
    assert window["start_s"] == window["best_s"]
    assert {0.0, 5.0, 20.0, 21.0} <= set(window["starts"])
    assert opened["strip"]["duration_s"] == pytest.approx(10)
    recording = opened["recording"]["id"]
    assert client.get(f"/api/recordings/{recording}", params={"start": 20}).json()["window"]["start_s"] == 20
    for start in (-1, 30.5, 1e9):
        refused = client.get(f"/api/recordings/{recording}", params={"start": start})
        assert refused.status_code == 422
        assert "31.0 s" in refused.json()["error"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the model is missing", "The model is missing."),
        ("t.csv is a table", "t.csv is a table."),
        ("Done.", "Done."),
    ],
)
def test_errors_are_shown_as_sentences(said: str, shown: str) -> None:
    assert as_sentence(said) == shown


@pytest.mark.data
@pytest.mark.parametrize("folder", ["dicom", "edf", "ge_muse", "hl7aecg", "philips_sierra", "schiller_xml", "scp"])
def test_a_real_file_of_each_format_opens(client: TestClient, shared_data: Path, folder: str) -> None:
    path = min((shared_data / "formats" / folder).iterdir())
    opened = _upload(client, {path.name: path.read_bytes()}).json()
    assert "error" not in opened
    assert opened["strip"]["leads"]
    assert client.get(f"/api/recordings/{opened['recording']['id']}").json()["summary"] == opened["summary"]


def test_the_network_finds_only_what_is_likely(make: Callable[..., TestClient]) -> None:
    probable = tuple(
        Finding(code, "network", probability=p)
        for code, p in (("CLBBB", 0.97), ("AMI", 0.03), ("LVH", 0.61), ("NORM", 0.9))
    )
    client = make(ScriptedAssistant(probable=probable))
    opened = client.post("/api/examples/clbbb").json()
    findings = {finding["code"]: finding for finding in opened["findings"]}
    assert findings["CLBBB"]["criteria"] == "met"
    assert findings["CLBBB"]["probability"] == 0.97
    assert findings["LVH"]["network"]
    assert "AMI" not in findings
    assert "NORM" not in findings, "no reassurance against the measurements"
    listed = client.get("/api/recordings").json()["recordings"][0]
    assert "left ventricular hypertrophy" in listed["findings"]
    assert not any("infarction" in name for name in listed["findings"])
