"""Whatever is wrong with the input: exit code 2, one sentence on stderr, no traceback, nothing on stdout."""

from __future__ import annotations

import contextlib
import functools
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ecg_chat.records.store import open_store
from ecg_chat.signals.synthetic import make_ecg
from tests.cli.conftest import Cli, Result, table_options, write_csv, write_wfdb

MB = 1_000_000
Builder = Callable[[Path], list[object]]
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><AnnotatedECG>&j;</AnnotatedECG>"
)
EXTERNAL_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    '<AnnotatedECG xmlns="urn:hl7-org:v3"><id root="&secret;"/></AnnotatedECG>'
)


def _refused(result: Result) -> None:
    assert result.code == 2, result
    assert result.out == ""
    assert result.err.startswith("ecg_chat: ")
    assert result.err.count("\n") == 1, "one line"
    assert "Traceback" not in result.err
    assert 10 < len(result.err) < 600


def _file(name: str, content: bytes) -> Builder:
    def build(folder: Path) -> list[object]:
        path = folder / name
        path.write_bytes(content)
        return [path]

    return build


def _table(rows: list[str], *options: str) -> Builder:
    def build(folder: Path) -> list[object]:
        return [*_file("a.csv", "\n".join(rows).encode())(folder), *options]

    return build


def _header(*signal_names: str) -> Builder:
    def build(folder: Path) -> list[object]:
        lines = [f"rec {len(signal_names)} 500 5000", *(f"{name} 16 200/mV 16 0 0 0 0 I" for name in signal_names)]
        return _file("rec.hea", "\n".join(lines).encode())(folder)

    return build


def _header_only(folder: Path) -> list[object]:
    header, signal = write_wfdb(folder, "rec", make_ecg("normal"))
    signal.unlink()
    return [header]


def _truncated(folder: Path) -> list[object]:
    header, signal = write_wfdb(folder, "rec", make_ecg("normal"))
    signal.write_bytes(signal.read_bytes()[:1001])
    return [header, signal]


def _zip(entries: dict[str, bytes]) -> Builder:
    def build(folder: Path) -> list[object]:
        path = folder / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries.items():
                archive.writestr(name, content)
        return [path]

    return build


def _zip_bomb(folder: Path) -> list[object]:
    path = folder / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as entry,
    ):
        for _ in range(40):
            entry.write(bytes(MB))
    return [path]


def _too_large(folder: Path) -> list[object]:
    path = folder / "large.dcm"
    with path.open("wb") as file:
        file.truncate(201 * MB)  # sparse: nothing is written
    return [path]


def _same_name_twice(folder: Path) -> list[object]:
    (folder / "other").mkdir()
    return [*_file("a.csv", b"1")(folder), *_file("a.csv", b"1")(folder / "other")]


TABLE = ("--unit", "mV", "--leads", "I,II")
ROWS = [f"{np.sin(i / 9):.3f},{np.sin(i / 7):.3f}" for i in range(5000)]
REFUSED: dict[str, Builder] = {
    "there is no such file": lambda folder: [folder / "nothing.csv"],
    "a folder": lambda folder: [folder],
    "a name with a null byte": lambda folder: [f"{folder}/a\0.csv"],
    "an empty file": _file("a.dcm", b""),
    "an empty table": _file("a.csv", b""),
    "random bytes": _file("a.scp", np.random.default_rng(0).bytes(5000)),
    "random bytes that call themselves XML": _file("a.xml", np.random.default_rng(1).bytes(5000)),
    "a header without its signal": _header_only,
    "a truncated signal": _truncated,
    "a header that names a file above": _header("../secret.dat"),
    "a header that names an absolute path": _header("/etc/passwd"),
    "a header that is nonsense": _file("rec.hea", b"rec 12 -500 zzz\n"),
    "a table without description": _table(ROWS),
    "a table with an unknown unit": _table(ROWS, "--fs", "500", "--unit", "furlong", "--leads", "I,II"),
    "a table with too few lead names": _table(ROWS, "--fs", "500", "--unit", "mV", "--leads", "I"),
    "a table of words": _table(["a,b"] * 5000, "--fs", "500", *TABLE),
    "a negative rate": _table(ROWS, "--fs=-500", *TABLE),
    "a rate that is no number": _table(ROWS, "--fs", "0", *TABLE),
    "a zip bomb": _zip_bomb,
    "a zip of 10,000 entries": _zip({f"{i}.csv": b"1" for i in range(10_000)}),
    "a zip that climbs out": _zip(
        {"../../evil.hea": b"evil 1 500 10\nevil.dat 16 200/mV\n", "../../evil.dat": bytes(20)}
    ),
    "an empty zip": _zip({}),
    "a damaged zip": _file("a.zip", b"PK\x03\x04" + bytes(200)),
    "a billion laughs": _file("a.xml", BILLION_LAUGHS.encode()),
    "an external entity": _file("a.xml", EXTERNAL_ENTITY.encode()),
    "more than 200 MB": _too_large,
    "two files of one name": _same_name_twice,
    "a text file": _file("a.txt", b"not an ECG\n" * 100),
    "an NPY of objects": _file(
        "a.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_with_a_sentence(cli: Cli, tmp_path: Path, name: str) -> None:
    _refused(cli("measure", *REFUSED[name](tmp_path), "--json"))


def _constant(value: float, leads: int = 2) -> Builder:
    names = ",".join(("I", "II", "V1")[:leads])
    return _table([",".join([f"{value}"] * leads)] * 5000, "--fs", "500", "--unit", "mV", "--leads", names)


UNUSUAL: dict[str, Builder] = {
    "all zero": _constant(0.0),
    "all NaN": _constant(float("nan")),
    "one lead": _table([row.partition(",")[0] for row in ROWS], "--fs", "500", "--unit", "mV", "--leads", "II"),
    "huge values": _constant(1e30),
    "1 Hz": _table(ROWS[:600], "--fs", "1", *TABLE),
    "50 kHz": _table(ROWS * 30, "--fs", "50000", *TABLE),
    "three samples": _table(ROWS[:3], "--fs", "500", *TABLE),
    "a lead twice": _table(ROWS, "--fs", "500", "--unit", "mV", "--leads", "I,I"),
    "unknown lead names": _table(ROWS, "--fs", "500", "--unit", "mV", "--leads", "foo,\x1b[31mbar"),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_file_is_measured_or_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    result = cli("measure", *UNUSUAL[name](tmp_path), "--json")
    if result.code == 2:
        _refused(result)
        return
    assert result.code == 0
    value = json.loads(result.out)
    nulls = [key for key, number in value["global"].items() if number is None]
    assert nulls, "a flat, tiny or two-lead signal does not have everything"
    assert all(value["reasons"][key] for key in nulls)


def test_leads_in_another_order_give_the_same_numbers(cli: Cli, tmp_path: Path) -> None:
    ecg = make_ecg("normal", seed=2)
    names = tuple(reversed(ecg.ecg.leads))
    turned = tmp_path / "turned.csv"
    np.savetxt(turned, ecg.ecg.signal[::-1].T, delimiter=",", fmt="%.4f")
    straight = write_csv(tmp_path / "straight.csv", ecg)
    options = ["--fs", "500", "--unit", "mV", "--json"]
    first = json.loads(cli("measure", turned, *options, "--leads", ",".join(names)).out)
    second = json.loads(cli("measure", straight, *table_options(ecg), "--json").out)
    assert first["global"] == second["global"]


def test_control_characters_of_a_header_are_not_printed(cli: Cli, tmp_path: Path) -> None:
    result = cli("measure", *UNUSUAL["unknown lead names"](tmp_path))
    assert "\x1b" not in result.out + result.err


QUESTIONS = {"empty": "", "blank": "  \n ", "100,000 characters": "why? " * 20_000}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_bad_question_is_refused_before_a_model_is_loaded(cli: Cli, tmp_path: Path, name: str) -> None:
    files = write_wfdb(tmp_path, "rec", make_ecg("normal"))
    _refused(cli("ask", *files, QUESTIONS[name]))


def test_a_missing_model_is_refused(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECG_CHAT_MODEL", str(tmp_path / "none"))
    files = write_wfdb(tmp_path, "rec", make_ecg("normal"))
    _refused(cli("ask", *files, "What is the rate?"))


DATABASES: dict[str, Callable[[Path], str]] = {
    "in a folder that cannot be made": lambda folder: f"sqlite:///{folder}/file.txt/log.sqlite",
    "of random bytes": lambda folder: f"sqlite:///{folder}/noise.sqlite",
    "with an address that is none": lambda folder: "nonsense",
    "of an unknown kind": lambda folder: "oracle9://user:secret@host/name",
}


@pytest.mark.parametrize("command", [("export", "--format", "jsonl"), ("replay", "0123abcd")])
@pytest.mark.parametrize("name", DATABASES)
def test_a_bad_database_is_refused(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: tuple[str, ...]
) -> None:
    (tmp_path / "file.txt").write_text("a file, not a folder")
    (tmp_path / "noise.sqlite").write_bytes(np.random.default_rng(2).bytes(8192))
    monkeypatch.setenv("ECG_CHAT_DATABASE_URL", DATABASES[name](tmp_path))
    result = cli(*command)
    _refused(result)
    assert "secret" not in result.err


def test_a_locked_database_is_refused_and_keeps_what_it_has(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.sqlite"
    monkeypatch.setenv("ECG_CHAT_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setattr("ecg_chat.cli.export.open_store", functools.partial(open_store, wait_s=0.1))
    assert cli("export", "--format", "jsonl").code == 0
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        _refused(cli("export", "--format", "jsonl"))
        other.execute("ROLLBACK")
    assert cli("export", "--format", "jsonl").code == 0
