from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ecg_chat.web.guard import Guard, is_loopback_host


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{len(await request.body())}")


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/api/echo", _echo, methods=["GET", "POST"])])
    app.add_middleware(Guard, max_body_bytes=100)
    return TestClient(app, base_url="http://127.0.0.1:7860")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7860", "localhost:1", "[::1]:7860", "127.8.8.8"])
def test_loopback_names_are_served(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example:7860", "192.168.1.4", "[::2]", "localhost.evil", "[", "a b"]
)
def test_other_names_are_not(host: str) -> None:
    assert not is_loopback_host(host)


def test_a_rebound_host_name_is_refused(client: TestClient) -> None:
    answer = client.get("/api/echo", headers={"host": "attacker.example:7860"})
    assert answer.status_code == 421
    assert "not served" in answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_post(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/api/echo", content=b"x", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{}, {"origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}])
def test_the_page_itself_can_post(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/echo", content=b"xyz", headers=headers).text == "3"


def test_too_long_a_body_is_refused_with_a_sentence(client: TestClient) -> None:
    answer = client.post("/api/echo", content=b"x" * 101)
    assert answer.status_code == 413
    assert "larger" in answer.json()["error"]


def test_the_page_may_load_nothing_from_elsewhere(client: TestClient) -> None:
    policy = client.get("/api/echo").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_a_body_without_a_length_is_refused(client: TestClient) -> None:
    answer = client.post("/api/echo", content=iter([b"x" * 60, b"x" * 60]))
    assert answer.status_code == 411
