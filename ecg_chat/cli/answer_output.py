"""An answer on the terminal: as it is written, then its claims; or all of it as one object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

from ecg_chat.chat.session import AnswerUpdate
from ecg_chat.chat.types import AssistantInfo, Claim
from ecg_chat.cli.measured_text import DISCLAIMER
from ecg_chat.cli.terminal import printable

MARKS = {"supported": "+", "contradicted": "!", "not checkable": "?"}


def print_as_written(updates: Iterator[AnswerUpdate], stream: TextIO) -> AnswerUpdate:
    """Print what is new in each update; return the last one."""
    last = AnswerUpdate("")
    shown = ""
    for update in updates:
        if update.notice and not last.notice:
            _write(stream, f"{update.notice}\n\n")
        if update.text.startswith(shown):
            _write(stream, update.text[len(shown) :])
        else:  # a sentence was taken back
            _write(stream, f"\n\n{update.text}")
        shown = update.text
        last = update
    _write(stream, "\n")
    return last


def answer_lines(last: AnswerUpdate, message_id: str | None) -> list[str]:
    """Return the lines after an answer: its claims, its timings, how to replay it."""
    lines = ["", *(_claim_line(claim) for claim in last.claims)]
    if not last.claims:
        lines.append("No claim that could be checked.")
    if last.done:
        done = last.done
        lines += [
            "",
            f"{done.n_new_tokens} tokens, the first after {done.first_token_s:.2f} s, {done.tokens_per_s:.0f} a second",
        ]
    if message_id:
        lines.append(f"Logged as {message_id}")
    return [*lines, "", DISCLAIMER]


def answer_object(last: AnswerUpdate, info: AssistantInfo) -> dict[str, object]:
    """Return an answer with its claims, timings and model, ready for JSON."""
    done = last.done
    timings = {} if done is None else asdict(done) | {"tokens_per_s": round(done.tokens_per_s, 2)}
    return {
        "answer": last.text,
        "notice": last.notice,
        "withheld": last.withheld,
        "claims": [asdict(claim) for claim in last.claims],
        "timings": timings,
        "model": {
            "name": info.name,
            "revision": info.revision,
            "quantisation": info.quantisation,
            "device": info.device,
        },
    }


def _claim_line(claim: Claim) -> str:
    measured = f" ({claim.measured})" if claim.measured else ""
    return f"{MARKS[claim.verdict]} {claim.verdict}: {claim.text}{measured}"


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    lines = "\n".join(printable(line) for line in text.split("\n"))
    stream.write(lines.encode(encoding, "replace").decode(encoding))
    stream.flush()
