"""Errors as the pages get them: one sentence, and what the page needs to show it in the right place."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.formparsers import MultiPartException

from ecg_chat.errors import EcgChatError, ModelError, NeedsDescription, NotFound, StoreError
from ecg_chat.web.context_form import InvalidField


def add_handlers(app: FastAPI) -> None:
    """Register how errors are answered."""
    app.add_exception_handler(EcgChatError, _known)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(MultiPartException, _malformed)
    app.add_exception_handler(Exception, _unknown)


def failure(error: EcgChatError) -> dict[str, object]:
    """Return an error as JSON."""
    body: dict[str, object] = {"error": as_sentence(error), "kind": type(error).__name__}
    if isinstance(error, NeedsDescription):
        body |= {"columns": list(error.columns), "guess": error.guess}
    if isinstance(error, InvalidField):
        body |= {"field": error.field}
    return body


def as_sentence(error: EcgChatError | str) -> str:
    """Return an error's text with a capital and a full stop; a file name at its start stays as it is."""
    text = str(error).strip()
    first = text.split(" ", 1)[0]
    if first.isalpha():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def status_of(error: EcgChatError) -> int:
    """Return the HTTP status that fits."""
    if isinstance(error, NotFound):
        return 404
    return 503 if isinstance(error, StoreError | ModelError) else 422


def _known(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, EcgChatError):
        raise error
    return JSONResponse(failure(error), status_code=status_of(error))


def _malformed(request: Request, error: Exception) -> JSONResponse:
    # The details name fields and values of a request that no page of ours sends.
    return JSONResponse(
        {"error": "The request was not understood; reload the page.", "kind": "Malformed"}, status_code=422
    )


def _unknown(request: Request, error: Exception) -> JSONResponse:
    # The server logs the traceback itself; it may quote nothing a patient wrote, so the page gets no part of it.
    sentence = "Something went wrong in the program; what was saved is kept, and the terminal shows what happened."
    return JSONResponse({"error": sentence, "kind": "Unexpected"}, status_code=500)
