"""A checked answer as it is shown: claims marked, evidence cited as links into the strip, everything else plain text.

What a model (or an uploaded file, through it) writes is hostile until it is escaped. The stored answer stays as it
is; only what is shown is made here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecg_chat.chat.links import Citation, citations_in, label_of, target_of
from ecg_chat.chat.types import Claim, ClaimVerdict
from ecg_chat.measurements.types import Span

MARKS: dict[ClaimVerdict, str] = {"supported": "✓", "contradicted": "✗", "not checkable": "◌"}
_WORST: tuple[ClaimVerdict, ...] = ("contradicted", "not checkable", "supported")
_BOLD = re.compile(r"\*\*|__")
_MARKDOWN_SPECIAL = re.compile(r"([\\`\[\]<>!~|#])")
_AUTOLINK = re.compile(
    r"(?i)(?<=https)(?=:)|(?<=http)(?=:)|(?<=ftp)(?=:)|(?<=mailto)(?=:)|(?<=www)(?=\.)|(?<=[a-z0-9])(?=@)"
)
_NEAR_CITATION_CHARS = 4


@dataclass(frozen=True)
class Marked:
    """Claims on overlapping words, shown as one: the worst verdict counts, the reasons are joined."""

    start: int
    stop: int
    claims: tuple[Claim, ...]

    @property
    def verdict(self) -> ClaimVerdict:
        """The worst verdict among the claims."""
        return min((c.verdict for c in self.claims), key=_WORST.index)

    @property
    def measured(self) -> str:
        """What was measured, for the hover: for a wrong claim only what speaks against it."""
        told = [
            c.measured
            for c in self.claims
            if c.measured and (c.verdict == self.verdict or self.verdict != "contradicted")
        ]
        return "; ".join(dict.fromkeys(told))

    @property
    def place(self) -> Span | None:
        """The first place that one of the claims has."""
        return next((c.place for c in self.claims if c.place), None)


def merged(claims: Sequence[Claim]) -> tuple[Marked, ...]:
    """Join claims whose words overlap, in order."""
    groups: list[Marked] = []
    for claim in sorted(claims, key=lambda c: (c.start, c.stop)):
        if groups and claim.start < groups[-1].stop:
            last = groups[-1]
            groups[-1] = Marked(last.start, max(last.stop, claim.stop), (*last.claims, claim))
        else:
            groups.append(Marked(claim.start, claim.stop, (claim,)))
    return tuple(groups)


def cite(text: str, claims: Sequence[Claim]) -> str:
    """Put a citation after each decided claim that has a place, unless one stands there or it was cited before.

    Returns
    -------
    str
        The answer with Markdown links such as ``[V1 1.90–2.05 s](#ecg=V1,1.90,2.05)``; nothing else is changed.
    """
    parts, position = [], 0
    for stop, place in _to_cite(text, claims):
        parts += [text[position:stop], f" [{label_of(place)}]({target_of(place)})"]
        position = stop
    return "".join((*parts, text[position:]))


def claims_html(text: str, claims: Sequence[Claim]) -> str:
    """Write an answer as safe HTML with every claim marked.

    Classes: ``claim claim-supported|claim-contradicted|claim-not-checkable`` around the words, ``claim-mark`` on the
    sign after them (a link into the strip where there is a place), ``claim-measured`` on the value beside a
    contradicted claim, ``citation`` on links. The measured value is in ``title`` and ``data-measured``. Claims about
    a single lead are linked by their sign alone.
    """
    cited = dict(_to_cite(text, claims))
    links = [c for c in citations_in(text) if c.place is not None]
    out: list[str] = []
    position = 0
    for group in merged(claims):
        # A claim about one lead names its place itself; a label beside each of "V1, V2 and V3" would bury the sentence.
        beside = None if all(c.kind == "lead" and c.lead for c in group.claims) else cited.get(group.stop)
        out += [_plain_html(text, position, group.start, links), _claim_html(text, group, links, beside)]
        position = group.stop
    out.append(_plain_html(text, position, len(text), links))
    return _paragraphs("".join(out))


def display_markdown(text: str, claims: Sequence[Claim]) -> str:
    """Write an answer as Markdown for export: wrong claims struck with the measured value, signs after each claim.

    Links other than citations, images and HTML come out as the characters they are.
    """
    cited = dict(_to_cite(text, claims))
    links = [c for c in citations_in(text) if c.place is not None]
    out: list[str] = []
    position = 0
    for group in merged(claims):
        words = _plain_markdown(text, group.start, group.stop, links).replace("**", "")
        shown = f"~~{words}~~" if group.verdict == "contradicted" else words
        told = f" ({_escape_markdown(group.measured)})" if group.verdict == "contradicted" and group.measured else ""
        place = cited.get(group.stop)
        link = f" [{label_of(place)}]({target_of(place)})" if place else ""
        out += [_plain_markdown(text, position, group.start, links), f"{shown} {MARKS[group.verdict]}{told}{link}"]
        position = group.stop
    out.append(_plain_markdown(text, position, len(text), links))
    return "".join(out)


def _to_cite(text: str, claims: Sequence[Claim]) -> Iterator[tuple[int, Span]]:
    links = list(citations_in(text))
    seen = {target_of(link.place) for link in links if link.place}
    for group in merged(claims):
        place = group.place
        if place is None or group.verdict == "not checkable" or target_of(place) in seen:
            continue
        near = any(link.start - _NEAR_CITATION_CHARS <= group.stop <= link.stop for link in links)
        if not near:
            seen.add(target_of(place))
            yield group.stop, place


def _claim_html(text: str, group: Marked, links: list[Citation], cited: Span | None) -> str:
    kind = group.verdict.replace(" ", "-")
    told = html.escape(group.measured, quote=True)
    title = html.escape(f"{group.verdict}: {group.measured}" if group.measured else group.verdict, quote=True)
    words = _plain_html(text, group.start, group.stop, links)
    if group.verdict == "contradicted":
        words = f"<s>{words}</s>"
    mark = MARKS[group.verdict]
    if group.place is not None:
        told_where = f'title="{title}" aria-label="{title}; show on the strip"'
        sign = f'<a class="claim-mark" href="{_href(group.place)}" {told_where}>{mark}</a>'
    else:
        sign = f'<span class="claim-mark" role="img" title="{title}" aria-label="{title}">{mark}</span>'
    beside = f' <span class="claim-measured">{told}</span>' if group.verdict == "contradicted" and told else ""
    link = f' <a class="citation" href="{_href(cited)}">{html.escape(label_of(cited))}</a>' if cited else ""
    return (
        f'<span class="claim claim-{kind}" title="{title}" data-verdict="{group.verdict}" data-measured="{told}">'
        f"{words}</span>"
        f"{sign}{beside}{link}"
    )


def _href(place: Span) -> str:
    return html.escape(target_of(place), quote=True)


def _plain_html(text: str, start: int, stop: int, links: list[Citation]) -> str:
    """Escape a stretch; citations become links, Markdown's bold signs go."""
    out = []
    for link in (l for l in links if start <= l.start and l.stop <= stop):
        out.append(_escape_html(text[start : link.start]))
        assert link.place is not None
        out.append(f'<a class="citation" href="{_href(link.place)}">{html.escape(link.label)}</a>')
        start = link.stop
    return "".join((*out, _escape_html(text[start:stop])))


def _escape_html(text: str) -> str:
    return html.escape(_BOLD.sub("", text), quote=True)


def _paragraphs(body: str) -> str:
    """Blank lines part paragraphs, other line ends stay line ends, ``- `` becomes a bullet."""
    body = re.sub(r"(^|\n)[ \t]*(?:[-*•]|&bull;)[ \t]+", r"\1• ", body)
    body = re.sub(r"(^|\n)#{1,6}[ \t]+", r"\1", body)
    paragraphs = [p.strip("\n").replace("\n", "<br>") for p in re.split(r"\n[ \t]*\n+", body)]
    return "".join(f"<p>{p}</p>" for p in paragraphs if p.strip())


def _plain_markdown(text: str, start: int, stop: int, links: list[Citation]) -> str:
    out = []
    for link in (l for l in links if start <= l.start and l.stop <= stop):
        out += [_escape_markdown(text[start : link.start]), f"[{_escape_markdown(link.label)}]({link.target})"]
        start = link.stop
    return "".join((*out, _escape_markdown(text[start:stop])))


def _escape_markdown(text: str) -> str:
    """Leave bold and lists alone; break links, images, code, headings and HTML."""
    escaped = _MARKDOWN_SPECIAL.sub(r"\\\1", text.replace("&", "&amp;")).replace("\\<", "&lt;").replace("\\>", "&gt;")
    return _AUTOLINK.sub("\u200b", escaped)
