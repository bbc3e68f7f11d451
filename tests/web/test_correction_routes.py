"""Moving boundaries over HTTP: everything follows, nothing is overwritten, nonsense is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.measurements.types import Measurements
from ecg_chat.records.export import export_jsonl
from ecg_chat.settings import Settings
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.types import Finding
from ecg_chat.web import create_app
from ecg_chat.web.examples import wfdb_files

BASE = "http://127.0.0.1:7860"
ANSWER = "The QRS lasts 160 ms."


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def _client(data_dir: Path) -> TestClient:
    settings = Settings(data_dir=data_dir, max_upload_mb=5, models_dir=Path("/nowhere"))
    return TestClient(
        create_app(settings, ScriptedAssistant(answers=(ANSWER,))), base_url=BASE, raise_server_exceptions=False
    )


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[TestClient]:
    with _client(data_dir) as opened:
        yield opened


@pytest.fixture
def recording(client: TestClient) -> str:
    return str(client.post("/api/examples/clbbb").json()["recording"]["id"])


def _median(client: TestClient, recording: str) -> dict[str, Any]:
    view: dict[str, Any] = client.get(f"/api/recordings/{recording}/median").json()
    return view


def _move(client: TestClient, recording: str, who: str = "Dr X", comment: str = "", **boundaries: Any) -> Any:
    form = {"start_s": 0, "boundaries": boundaries, "who": who, "comment": comment}
    form["based_on"] = _median(client, recording)["based_on"]
    return client.post(f"/api/recordings/{recording}/corrections", json=form)


def _make_qrs(client: TestClient, recording: str, ms: float, **more: Any) -> Any:
    return _move(client, recording, qrs_off_ms=_median(client, recording)["found"]["qrs_on_ms"] + ms, **more)


def _ms(number: float) -> str:
    return f"{round(number)}".replace("-", "−")


def _numbers(reading: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["key"]: item for item in [*reading["summary"], *reading["more"]]}


def test_the_median_beat_says_what_it_is_made_of(client: TestClient, recording: str) -> None:
    view = _median(client, recording)
    assert view["problem"] == ""
    assert [lead["name"] for lead in view["leads"]] == list(STANDARD_LEADS)
    assert 0 < view["n_beats"] <= view["n_all"]
    ordered = [view["boundaries"][name] for name in view["labels"]]
    assert ordered == sorted(ordered)
    onset = round((view["boundaries"]["qrs_on_ms"] - view["first_ms"]) / 1000 * view["fs_hz"])
    for lead in view["leads"]:
        assert abs(lead["mv"][onset]) < 0.03, "0 mV is the level before QRS"
        assert all(round(mv, 3) == mv for mv in lead["mv"])
        assert 0 < lead["noise_mv"] < 0.05


def test_every_part_of_the_page_follows(client: TestClient, recording: str) -> None:
    before = client.get(f"/api/recordings/{recording}").json()
    assert "CLBBB" in {finding["code"] for finding in before["findings"]}
    at = _median(client, recording)["boundaries"]
    answer = _make_qrs(client, recording, 108, comment="notch is T").json()
    to_ms = at["qrs_on_ms"] + 108
    after = answer["reading"]
    assert _numbers(after)["qrs_ms"]["text"] == "108"
    assert _numbers(after)["qrs_ms"]["corrected"]
    assert not _numbers(after)["pr_ms"]["corrected"]
    assert "CLBBB" not in {f["code"] for f in after["findings"] if f["criteria"] == "met"}
    moved_ms = to_ms - at["qrs_off_ms"]
    for was, now in zip(before["beats"], after["beats"], strict=True):  # each beat keeps what is its own
        assert float(now["qrs"]) == pytest.approx(float(was["qrs"]) + moved_ms, abs=1.01)
    mark, old_mark = after["strip"]["beats"][3]["qrs"], before["strip"]["beats"][3]["qrs"]
    assert mark[1] == pytest.approx(old_mark[1] + (to_ms - at["qrs_off_ms"]) / 1000, abs=2e-4)
    assert after["matrix"] != before["matrix"]
    (told,) = after["corrections"]
    assert told["text"].startswith(f"QRS end moved from {_ms(at['qrs_off_ms'])} to {_ms(to_ms)} ms by Dr X, 20")
    assert (told["comment"], told["in_force"]) == ("notch is T", True)
    assert answer["median"]["by_hand"]["qrs_off_ms"] == pytest.approx(to_ms)
    assert answer["median"]["found"] == at
    again = client.get(f"/api/recordings/{recording}").json()
    assert again["summary"] == after["summary"], "a second look finds the same"
    listed = client.get("/api/recordings").json()["recordings"]
    assert "left bundle" not in " ".join(next(r for r in listed if r["id"] == recording)["findings"])


def test_a_new_process_finds_it_in_the_log(data_dir: Path, client: TestClient, recording: str) -> None:
    at = _median(client, recording)["boundaries"]
    after = _move(client, recording, t_off_ms=at["t_off_ms"] + 20).json()["reading"]
    with _client(data_dir) as other:
        seen = other.get(f"/api/recordings/{recording}").json()
    assert seen["summary"] == after["summary"]
    assert seen["corrections"] == after["corrections"]


def test_as_measured_is_a_correction_too(client: TestClient, recording: str) -> None:
    before = client.get(f"/api/recordings/{recording}").json()
    at = _median(client, recording)["boundaries"]
    to_ms = at["p_on_ms"] - 10
    _move(client, recording, p_on_ms=to_ms)
    back = _move(client, recording, who="Bo").json()["reading"]
    assert back["summary"] == before["summary"]
    newest, oldest = back["corrections"]
    moved = f"P start moved from {_ms(to_ms)} to {_ms(at['p_on_ms'])} ms"
    assert newest["text"].startswith(f"All boundaries as measured ({moved}), by Bo, 20")
    assert not newest["in_force"]
    assert not oldest["in_force"]
    assert client.app.state.room.store.boundary_corrections(recording)[0].correction.who == "Dr X"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("boundary", "by_ms", "other", "words"),
    [
        ("qrs_off_ms", 12.0, "qrs_on_ms", "would last 12 ms"),
        ("qrs_off_ms", 400.0, "qrs_on_ms", "would last 400 ms"),
        ("p_off_ms", 20.0, "qrs_on_ms", "after QRS start"),
        ("t_off_ms", -20.0, "qrs_off_ms", "before QRS end"),
        ("t_off_ms", 1e9, "qrs_on_ms", "median beat reaches"),
        ("qrs_on_ms", -1e300, "qrs_on_ms", "median beat reaches"),
    ],
)
def test_impossible_boundaries_get_a_sentence(
    client: TestClient, recording: str, boundary: str, by_ms: float, other: str, words: str
) -> None:
    before = client.get(f"/api/recordings/{recording}").json()
    answer = _move(client, recording, **{boundary: _median(client, recording)["found"][other] + by_ms})
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert client.get(f"/api/recordings/{recording}").json() == before


@pytest.mark.parametrize(
    "body",
    [
        b'{"boundaries": {"qrs_off_ms": NaN}, "who": "Dr X"}',
        b'{"boundaries": {"qrs_off_ms": Infinity}, "who": "Dr X"}',
        b'{"boundaries": {"qrs_off_ms": "40"}, "who": "Dr X"}',
        b'{"boundaries": {"qrs_off_ms": [40]}, "who": "Dr X"}',
        b'{"boundaries": {"qrs_off_ms": true}, "who": "Dr X"}',
        b'{"boundaries": {"u_off_ms": 40}, "who": "Dr X"}',
        b'{"boundaries": {"qrs_off_ms": 40}}',
        b'{"boundaries": {"qrs_off_ms": 40}, "who": 7}',
        b'{"boundaries": {"qrs_off_ms": 40}, "who": "Dr X", "start_s": -1}',
        b'{"boundaries": {"qrs_off_ms": 40}, "who": "Dr X", "start_s": NaN}',
        b'{"boundaries": null, "who": "Dr X"}',
        b"[]",
        b"{",
        b"",
    ],
)
def test_a_malformed_request_is_refused(client: TestClient, recording: str, body: bytes) -> None:
    url = f"/api/recordings/{recording}/corrections"
    answer = client.post(url, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert client.get(url).json() == {"corrections": []}


@pytest.mark.parametrize("who", ["", "  ", "x" * 100])
def test_nobody_is_no_name(client: TestClient, recording: str, who: str) -> None:
    answer = _move(client, recording, who=who, qrs_off_ms=40.0)
    assert answer.status_code == 422
    assert "ame" in answer.json()["error"]
    assert client.get(f"/api/recordings/{recording}/corrections").json() == {"corrections": []}


def test_a_name_is_shown_as_it_was_typed_and_nothing_else(client: TestClient, recording: str) -> None:
    told = _make_qrs(client, recording, 130, who="<img src=x>").json()["reading"]["corrections"][0]
    assert "by <img src=x>, " in told["text"], "the page writes it as text"


@pytest.mark.parametrize("path", ["median", "corrections"])
def test_an_unknown_recording_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/api/recordings/nope/{path}").status_code == 404
    form = {"boundaries": {"qrs_off_ms": 40.0}, "who": "Dr X"}
    assert client.post("/api/recordings/nope/corrections", json=form).status_code == 404


def test_what_lies_there_already_is_no_correction(client: TestClient, recording: str) -> None:
    assert "already" in _move(client, recording).json()["error"]
    assert _make_qrs(client, recording, 130).status_code == 200
    assert "already" in _make_qrs(client, recording, 130).json()["error"]


def test_who_comes_second_must_look_again(client: TestClient, recording: str) -> None:
    on_ms = _median(client, recording)["found"]["qrs_on_ms"]
    form = {"boundaries": {"qrs_off_ms": on_ms + 130}, "who": "Dr X", "based_on": ""}
    url = f"/api/recordings/{recording}/corrections"
    assert client.post(url, json=form).status_code == 200
    late = client.post(url, json=form | {"boundaries": {"qrs_off_ms": on_ms + 140}, "who": "Bo"})
    assert late.status_code == 422
    assert "reload" in late.json()["error"]
    assert len(client.get(url).json()["corrections"]) == 1


def _ask(client: TestClient, conversation: str) -> dict[str, Any]:
    answer = client.post(f"/api/conversations/{conversation}/questions", json={"text": "How wide is the QRS?"})
    last: dict[str, Any] = json.loads(answer.text.splitlines()[-1])["answer"]
    return last


def test_later_answers_are_held_against_the_new_numbers(client: TestClient, recording: str) -> None:
    _make_qrs(client, recording, 160)
    begun = client.post("/api/conversations", json={"recording_id": recording, "window_start_s": 0})
    conversation = begun.json()["conversation"]["id"]
    first = _ask(client, conversation)
    assert first["verdicts"] == {"supported": 1}
    _make_qrs(client, recording, 108)
    second = _ask(client, conversation)
    assert second["verdicts"] == {"contradicted": 1}
    stored = client.app.state.room.store.conversation(conversation)  # type: ignore[attr-defined]
    given = [turn.answers[0].provenance.measurements["overall"]["qrs_ms"]["value"] for turn in stored.turns]
    assert given == [160.0, 108.0]
    shown = client.get(f"/api/conversations/{conversation}").json()["turns"][0]["answers"][0]
    assert shown["verdicts"] == {"supported": 1}, "what was said before is judged by what was known then"
    markdown = client.get(f"/api/conversations/{conversation}/export.md").text
    assert markdown.count("Corrected: QRS end moved from ") == 2
    assert "left bundle branch block" not in markdown, "the findings in print are those of the numbers in print"
    first_id, second_id = (turn.answers[0].id for turn in stored.turns)
    for answer_id, qrs, lbbb in ((first_id, "160", True), (second_id, "108", False)):
        item = client.get(f"/api/review/{answer_id}", params={"rater": "A"}).json()
        assert {n["key"]: n["text"] for n in item["summary"]}["qrs_ms"] == qrs
        assert ("left bundle branch block" in item["finding_text"]) is lbbb
    exported = {
        line["answer_id"]: line["recording"] for line in map(json.loads, _exported(client)) if "answer_id" in line
    }
    codes = {answer_id: {f["code"] for f in told["findings"]} for answer_id, told in exported.items()}
    assert "CLBBB" in codes[first_id]
    assert "CLBBB" not in codes[second_id]


def _exported(client: TestClient) -> list[str]:
    return list(export_jsonl(client.app.state.room.store))  # type: ignore[attr-defined]


def test_the_window_of_a_long_recording_is_corrected_alone(client: TestClient) -> None:
    files = wfdb_files("long", make_ecg("normal", duration_s=25.0).ecg)
    opened = client.post("/api/recordings", files=[("files", item) for item in files.items()]).json()
    recording = opened["recording"]["id"]
    first, second, *_ = opened["window"]["starts"]
    url = f"/api/recordings/{recording}"
    at = client.get(f"{url}/median", params={"start": second}).json()["boundaries"]
    form = {"start_s": second, "boundaries": {"qrs_off_ms": at["qrs_off_ms"] + 20}, "who": "Dr X"}
    assert client.post(f"{url}/corrections", json=form).status_code == 200
    assert client.get(url, params={"start": first}).json()["corrections"] == []
    corrected = client.get(url, params={"start": second}).json()
    assert len(corrected["corrections"]) == 1
    assert _numbers(corrected)["qrs_ms"]["corrected"]
    assert client.post(f"{url}/corrections", json=form | {"start_s": 1e9}).status_code == 422


@pytest.mark.parametrize("start", ["nan", "inf", "1e9", "-3"])
def test_a_short_recording_has_one_window(client: TestClient, recording: str, start: str) -> None:
    view = client.get(f"/api/recordings/{recording}/median", params={"start": start})
    assert view.status_code == 200
    assert view.json() == _median(client, recording)


def test_without_beats_the_view_says_why(client: TestClient) -> None:
    files = wfdb_files("noise", make_ecg("normal", gain=0.0, noise_mv=0.3).ecg)
    opened = client.post("/api/recordings", files=[("files", item) for item in files.items()])
    assert opened.status_code == 200
    recording = opened.json()["recording"]["id"]
    view = _median(client, recording)
    assert view["problem"]
    assert "leads" not in view
    refused = _move(client, recording, qrs_off_ms=40.0)
    assert refused.status_code == 422
    assert "no beat" in refused.json()["error"]


def test_without_p_it_can_be_set(client: TestClient) -> None:
    recording = client.post("/api/examples/af").json()["recording"]["id"]
    view = _median(client, recording)
    assert view["missing"]["p"]
    assert view["boundaries"]["p_on_ms"] is None
    assert "both" in _move(client, recording, p_on_ms=-200.0).json()["error"]
    on_ms = view["boundaries"]["qrs_on_ms"]
    after = _move(client, recording, p_on_ms=on_ms - 150, p_off_ms=on_ms - 50).json()
    assert _numbers(after["reading"])["pr_ms"]["text"] == "150"
    assert "p" not in after["median"]["missing"]
    assert "P start set to" in after["reading"]["corrections"][0]["text"]
    gone = _move(client, recording).json()["reading"]
    assert "P start taken away" in gone["corrections"][0]["text"]
    assert _numbers(gone)["pr_ms"]["missing"]


class _FromMeasurements(ScriptedAssistant):
    """Finds what the QRS duration that it is given says: a network that reasons from measured values."""

    def findings(self, ecg: Ecg, measurements: Measurements) -> tuple[Finding, ...]:
        qrs_ms = measurements.get("qrs_ms")
        probability = 0.9 if qrs_ms is not None and qrs_ms >= 120 else 0.1
        return (Finding("IVCD", "network", probability=probability),)


def _by_network(client: TestClient, recording: str) -> set[str]:
    view = client.get(f"/api/recordings/{recording}").json()
    return {f["code"] for f in view["findings"] if f["network"]}


def test_what_the_network_finds_follows_a_correction(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, max_upload_mb=5, models_dir=Path("/nowhere"))
    app = create_app(settings, _FromMeasurements(answers=(ANSWER,)))
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        recording = str(client.post("/api/examples/clbbb").json()["recording"]["id"])
        assert _by_network(client, recording) == {"IVCD"}
        assert _make_qrs(client, recording, 90).status_code == 200
        assert _by_network(client, recording) == set()
        listed = client.get("/api/recordings").json()["recordings"]
        assert "intraventricular" not in " ".join(next(r for r in listed if r["id"] == recording)["findings"])
