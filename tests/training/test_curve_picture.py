"""The picture of a loss shows every row of its curve, from step 0 on."""

from ecg_chat.training import curve_picture
from ecg_chat.training.curve_picture import draw_curves

ROWS = [{"step": step, "loss": 1 / step} for step in (25, 50, 75, 80)]


def test_every_step_is_in_the_picture(tmp_path, monkeypatch):
    drawn, save = [], curve_picture.Figure.savefig

    def keeping(figure, *args, **named):
        drawn.append(figure.axes[0])
        save(figure, *args, **named)

    monkeypatch.setattr(curve_picture.Figure, "savefig", keeping)
    draw_curves({"long": ROWS, "one row": ROWS[:1]}, tmp_path / "curve.png", title="Loss")
    (axes,) = drawn
    left, right = axes.get_xlim()
    assert left == 0
    assert right >= 80
    long, short = axes.get_lines()
    assert list(long.get_xdata()) == [25, 50, 75, 80]
    assert short.get_marker() == ".", "a curve of one row has no line to see"
    assert (tmp_path / "curve.png").stat().st_size > 1000
