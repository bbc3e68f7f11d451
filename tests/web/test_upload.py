from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ecg_chat.errors import UnreadableFile
from ecg_chat.web.upload import bare_name, parse_description, read_upload


async def _receive(request: Request) -> JSONResponse:
    try:
        files, description = await read_upload(request, 1000)
    except UnreadableFile as error:
        return JSONResponse({"error": str(error)}, status_code=422)
    return JSONResponse(
        {"files": {name: len(content) for name, content in files.items()}, "description": description is not None}
    )


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/", _receive, methods=["POST"])]))


def test_several_files_and_a_description(client: TestClient) -> None:
    files = [("files", ("a.hea", b"12")), ("files", ("a.dat", b"123"))]
    description = json.dumps({"fs_hz": 500, "unit": "mV", "leads": ["I", "-"]})
    answer = client.post("/", files=files, data={"description": description})
    assert answer.json() == {"files": {"a.hea": 2, "a.dat": 3}, "description": True}


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ([("other", ("a", b"1"))], "No file"),
        ([("files", ("a", b"1")), ("files", ("x/a", b"2"))], "called 'a'"),
        ([("files", ("a", b"1" * 600)), ("files", ("b", b"1" * 600))], "MB"),
        ([("files", (f"f{i}", b"1")) for i in range(65)], "65 files"),
    ],
)
def test_what_cannot_be_one_recording_gets_a_sentence(
    client: TestClient, files: list[tuple[str, tuple[str, bytes]]], word: str
) -> None:
    answer = client.post("/", files=files)
    assert answer.status_code == 422
    assert word in answer.json()["error"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\x\\a.dat", "a.dat"), ("", "file"), ("/", "file"), ("<b>.csv", "<b>.csv")],
)
def test_a_name_is_never_a_path(sent: str, kept: str) -> None:
    assert bare_name(sent) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"fs_hz": "500", "unit": "mV", "leads": []}',
        '{"fs_hz": true, "unit": "mV", "leads": ["I"]}',
        '{"fs_hz": NaN, "unit": "mV", "leads": ["I"]}',
        '{"fs_hz": 500, "leads": ["I"]}',
        '{"fs_hz": 500, "unit": "mV", "leads": "I"}',
        '{"fs_hz": -1, "unit": "mV", "leads": ["I"]}',
    ],
)
def test_half_a_description_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        parse_description(text)
