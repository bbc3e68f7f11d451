"""The three pages as Gradio blocks: each one frame, filled from `static/` by its own script.

The frames hold no state and register no Gradio handlers, so there is nothing in them that a request could call
behind the back of the routes in `ecg_chat.web`.
"""

from __future__ import annotations

import gradio as gr

from ecg_chat.web.page_files import page_html

ROUTES = (("History", "history", "/history"), ("Review", "review", "/review"))


def build_pages() -> gr.Blocks:
    """Return the blocks of Read (/), History (/history) and Review (/review)."""
    with gr.Blocks(title="ecg_chat", analytics_enabled=False, fill_width=True, delete_cache=(600, 600)) as demo:
        _frame("read")
    for title, name, path in ROUTES:
        with demo.route(title, path, show_in_navbar=False):
            _frame(name)
    return demo


def theme() -> gr.themes.Base:
    """Return a plain theme that asks for no font from another host."""
    return gr.themes.Base(font=("system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace"))


def _frame(name: str) -> None:
    gr.Navbar(
        visible=False, main_page_name="Read"
    )  # the page header links the pages; a second bar would only repeat it
    gr.HTML(
        page_html(name),
        js_on_load=f"import('/ecg-assets/{name}.js').then((page) => page.start(element));",
        apply_default_css=False,
        elem_id=f"page-{name}",
        elem_classes="ecg-page",
    )
