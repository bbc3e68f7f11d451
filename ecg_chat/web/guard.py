"""What every request must satisfy before any handler sees it, and what every response states.

The app has no sign-in yet and listens on loopback only. That alone does not keep other web pages out: a page that is
open in the same browser may post to 127.0.0.1, and a host name may be re-pointed to 127.0.0.1. So the host must be
a loopback name, a request that changes something must not come from another site, and the content policy lets the
page load nothing from another host.
"""

from __future__ import annotations

import ipaddress
import json
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

# Gradio compiles templates and starts its page with inline scripts, hence the two 'unsafe-' words; what matters
# here is that no source but this server is named.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Guard:
    """ASGI middleware: host, origin and body size are checked; security headers are added."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers)
        if refusal:
            await _refuse(send, *refusal)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _state_policy(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not is_loopback_host(host):
            return (
                421,
                "This address is not served here; open the page at http://127.0.0.1 with the port it was started on.",
            )
        if method not in SAFE_METHODS:
            origin = headers.get("origin")
            if origin and origin not in (f"http://{host}", f"https://{host}"):
                return 403, "This request came from another web site and was refused."
            if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return 403, "This request came from another web site and was refused."
            if "transfer-encoding" in headers:  # browsers state the length; without it the limit could not be kept
                return 411, "The request does not state its length and was refused."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._max_body_bytes:
            megabytes = self._max_body_bytes // 1_000_000
            return 413, f"The upload is larger than the {megabytes} MB that this server accepts."
        return None


def is_loopback_host(host: str) -> bool:
    """Whether a Host header (name or address, with or without port) names this machine's loopback."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        if name == "localhost":
            return True
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _state_policy(headers: MutableHeaders, path: str) -> None:
    headers["Content-Security-Policy"] = CONTENT_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    if path.startswith("/api/"):
        headers["Cache-Control"] = "no-store"
    elif path.startswith("/ecg-assets/"):
        # Assets keep their names between versions, so the browser must ask whether they changed.
        headers["Cache-Control"] = "no-cache"


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence, "kind": "Refused"}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
