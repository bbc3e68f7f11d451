"""The files of `static/` that make up a page."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"
STYLES = ("page", "panels", "chat", "review", "strip", "median", "tables")
HEAD = '<link rel="icon" href="/ecg-assets/logo.svg" type="image/svg+xml">' + "".join(
    f'<link rel="stylesheet" href="/ecg-assets/{name}.css">' for name in STYLES
)


def page_html(name: str) -> str:
    """Return the header and the frame of one page; its script fills both."""
    header = (STATIC / "header.html").read_text(encoding="utf-8")
    current = header.replace(f'data-page="{name}"', f'data-page="{name}" aria-current="page"')
    return current + (STATIC / f"{name}.html").read_text(encoding="utf-8")
