"""What is printed cannot steer the terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.cli.terminal import print_json, print_lines, printable, table


@given(st.text())
def test_no_control_character_is_printed(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert not any(unicodedata.category(character).startswith("C") for character in shown)


def test_an_escape_sequence_becomes_visible() -> None:
    assert printable("lead \x1b[31mred\x1b[0m") == "lead ?[31mred?[0m"


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_lines_are_made_safe(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(["µV", "a\x07b"])
    assert capsys.readouterr().out == "µV\na?b\n"


@given(
    st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False))
)
def test_json_is_ascii_and_comes_back(value: dict[str, object]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("builtins.print", printed.append)
        print_json(value)
    assert printed[0].isascii()
    assert json.loads(printed[0]) == value


def test_json_refuses_what_json_does_not_have() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json({"value": float("nan")})


def test_columns_line_up() -> None:
    assert table([("rate", "72", "/min"), ("PR", "160", "ms")]) == ["  rate   72  /min", "  PR    160    ms"]
    assert table([]) == []
