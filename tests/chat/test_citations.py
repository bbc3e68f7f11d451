"""Answers as they are shown: marks, links, and nothing that a browser would run."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.chat.citations import cite, claims_html, display_markdown, merged
from ecg_chat.chat.grounding import check
from ecg_chat.chat.links import citations_in, place_of, target_of
from ecg_chat.chat.types import Claim
from ecg_chat.measurements.types import Span
from tests.chat.readings import READINGS

NORMAL = READINGS["normal"]
HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror="alert(1)"> [a](javascript:alert(1)) ![b](http://x.y/z.png) & \'"'
)


class Tags(HTMLParser):
    """Collects tags and attributes, and checks that tags are nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_verdicts_are_marked_in_words_and_signs() -> None:
    text = "QRS 92 ms, PR 240 ms. There is a ventricular aneurysm."
    tags = Tags(shown := claims_html(text, check(text, NORMAL)))
    classes = [a["class"] for t, a in tags.tags if t == "span" and "claim " in (a.get("class") or "")]
    assert classes == ["claim claim-supported", "claim claim-contradicted", "claim claim-not-checkable"]
    assert "<s>PR 240 ms</s>" in shown
    assert "PR 164 ms from 12 leads" in shown
    assert [m for m in "✓✗◌" if m in shown] == ["✓", "✗", "◌"]


def test_claims_link_into_the_strip() -> None:
    text = "The QRS lasts 92 ms."
    links = [a["href"] for t, a in Tags(claims_html(text, check(text, NORMAL))).tags if t == "a"]
    assert "#ecg=all,1.90,2.05" in links


def test_html_of_the_model_is_text() -> None:
    text = f"QRS 92 ms. {HOSTILE}"
    tags = Tags(claims_html(text, check(text, NORMAL)))
    assert {t for t, _ in tags.tags} <= {"p", "span", "a", "br", "s"}
    assert all((a.get("href") or "").startswith("#ecg=") for t, a in tags.tags if t == "a")
    assert not any(key.startswith("on") for _, a in tags.tags for key in a)


def test_only_places_on_the_strip_become_links() -> None:
    text = "See [V2 2.1-2.5 s](#ecg=V2,2.1,2.5), [here](#ecg=javascript) and [x](https://evil.example)."
    links = [a["href"] for t, a in Tags(claims_html(text, ())).tags if t == "a"]
    assert links == ["#ecg=V2,2.10,2.50"]


def test_cite_adds_each_place_once_and_keeps_the_words() -> None:
    text = "QRS 92 ms and PR 164 ms. R in V5 is 1.5 mV."
    cited = cite(text, check(text, NORMAL))
    assert cited.count("#ecg=all,1.90,2.05") == 1
    assert "[V5 1.90–2.05 s](#ecg=V5,1.90,2.05)" in cited
    assert re.sub(r" \[[^\]]*\]\(#ecg=[^)]*\)", "", cited) == text


def test_cite_leaves_cited_claims_alone() -> None:
    text = "QRS 92 ms [V1 1.90-2.05 s](#ecg=V1,1.90,2.05)."
    assert cite(text, check(text, NORMAL)) == text


def test_markdown_strikes_what_is_wrong_and_tells_what_was_measured() -> None:
    text = "**QRS** 148 ms.\n- PR 164 ms"
    shown = display_markdown(text, check(text, NORMAL))
    assert "~~QRS 148 ms~~ ✗ (QRS 92 ms from 12 leads, 9 beats)" in shown
    assert "PR 164 ms ✓" in shown


def test_markdown_of_the_model_cannot_link_out() -> None:
    shown = display_markdown(HOSTILE + " https://evil.example www.evil.example", ())
    assert "<" not in shown.replace("\\<", "")
    assert not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", shown)
    assert "https:" not in shown and "www." not in shown


def test_overlapping_claims_are_shown_once_with_the_worst_verdict() -> None:
    claims = tuple(
        Claim(0, stop, "number", "QT/QTc 388/412 ms"[:stop], verdict, "", measured)
        for stop, verdict, measured in ((17, "supported", "a"), (10, "contradicted", "b"), (5, "not checkable", "c"))
    )
    (group,) = merged(claims)
    assert (group.start, group.stop, group.verdict, group.measured) == (0, 17, "contradicted", "b")


@pytest.mark.parametrize("target", ["#ecg=V2,1,2", "#ecg=all,0.5,9", "#ecg=aVF,1.25,1.5"])
def test_targets_go_there_and_back(target: str) -> None:
    place = place_of(target)
    assert place is not None
    assert place_of(target_of(place)) == place


@pytest.mark.parametrize(
    "target", ["#ecg=V2", "#ecg=V2,a,b", "#ecg=<b>,1,2", "#ecg=V2,1e9,2", "#other", "#ecg=V2,1,2,3"]
)
def test_other_targets_are_not_places(target: str) -> None:
    assert place_of(target) is None


def test_a_place_of_all_leads() -> None:
    assert place_of(target_of(Span(1.0, 2.0))) == Span(1.0, 2.0)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=6))
def test_any_text_with_any_claims_is_safe(text: str, spans: list[tuple[int, int]]) -> None:
    claims = []
    for start, length in spans:
        stop = min(len(text), start + length)
        if start < stop:
            claims.append(
                Claim(
                    start,
                    stop,
                    "number",
                    text[start:stop],
                    "contradicted",
                    "x",
                    '<i onclick="x">',
                    "m",
                    None,
                    Span(0, 1, "V1"),
                )
            )
    shown = claims_html(text, claims)
    tags = Tags(shown)
    assert {t for t, _ in tags.tags} <= {"p", "span", "a", "br", "s"}
    visible = html.unescape(re.sub(r"<[^>]*>", "", claims_html(text, ())))
    assert list(citations_in(text)) or all(word in visible for word in re.findall(r"[A-Za-z]{3,}", text))
    display_markdown(text, claims)
    cite(text, claims)
