import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.errors import InvalidInput
from ecg_chat.plotting.layouts import LAYOUT_LABELS, arrange, available, check_scale, choose, choose_rhythm_lead
from ecg_chat.signals.ecg import STANDARD_LEADS

LEADS = st.sets(st.sampled_from([*STANDARD_LEADS, "V7", "V8", "V3R", "vx", "lead 17"]), min_size=1).map(
    lambda names: tuple(
        sorted(names, key=lambda n: (n not in STANDARD_LEADS, STANDARD_LEADS.index(n) if n in STANDARD_LEADS else n))
    )
)


def test_3x4_is_the_usual_sheet():
    rows = arrange(STANDARD_LEADS, 10.0, "3x4").rows
    assert [[cell.lead for cell in row.cells] for row in rows] == [
        ["I", "aVR", "V1", "V4"],
        ["II", "aVL", "V2", "V5"],
        ["III", "aVF", "V3", "V6"],
        ["II"],
    ]
    assert [(c.start_s, c.stop_s, c.x_s) for c in rows[0].cells] == [
        (0, 2.5, 0),
        (2.5, 5, 2.5),
        (5, 7.5, 5),
        (7.5, 10, 7.5),
    ]
    assert rows[3].rhythm and (rows[3].cells[0].start_s, rows[3].cells[0].stop_s) == (0, 10)


def test_6x2_puts_limb_leads_beside_chest_leads():
    rows = arrange(STANDARD_LEADS, 10.0, "6x2", "V1").rows
    assert [[c.lead for c in row.cells] for row in rows] == [
        *(list(pair) for pair in zip(STANDARD_LEADS[:6], STANDARD_LEADS[6:], strict=True)),
        ["V1"],
    ]


@settings(deadline=None)
@given(leads=LEADS, duration_s=st.floats(2.5, 600), layout=st.sampled_from(sorted(LAYOUT_LABELS)))
def test_every_recorded_lead_is_shown_and_every_place_is_within_the_recording(leads, duration_s, layout):
    plan = arrange(leads, duration_s, layout)
    shown = [cell.lead for row in plan.rows for cell in row.cells if not row.rhythm]
    assert set(leads) <= set(shown)
    assert len(shown) == len(set(shown))
    for row in plan.rows:
        for cell in row.cells:
            assert 0 <= cell.start_s < cell.stop_s <= duration_s + 1e-9
        for left, right in zip(row.cells, row.cells[1:], strict=False):
            assert right.x_s == pytest.approx(left.x_s + left.stop_s - left.start_s)  # no seam, no overlap


@settings(deadline=None)
@given(leads=LEADS, duration_s=st.floats(9.5, 60))
def test_columns_follow_each_other_in_time(leads, duration_s):
    for name in ("3x4", "6x2"):
        plan = arrange(leads, duration_s, name)
        assert plan.time_text == "columns follow each other in time"
        assert all(cell.x_s == cell.start_s for row in plan.rows for cell in row.cells)


def test_a_short_recording_repeats_its_seconds_and_says_so():
    plan = arrange(STANDARD_LEADS, 4.0, "3x4")
    assert {(c.start_s, c.stop_s) for row in plan.rows[:3] for c in row.cells} == {(0.0, 2.5)}
    assert plan.time_text == "every column shows the first 2.5 s"


def test_missing_leads_keep_their_place_and_extra_leads_come_after_the_standard_ones():
    leads = (*(lead for lead in STANDARD_LEADS if lead != "V3"), "V7", "V8")
    rows = [[cell.lead for cell in row.cells] for row in arrange(leads, 10.0, "3x4").rows]
    assert rows[2] == ["III", "aVF", "V3", "V6"]
    assert rows[3:] == [["V7", "V8"], ["II"]]


def test_few_leads_are_shown_without_empty_places():
    assert choose("auto", ("II",)) == "rows"
    assert choose("auto", STANDARD_LEADS) == "3x4"
    assert "rows" not in available(STANDARD_LEADS)  # it would repeat 12x1
    assert [[c.lead for c in row.cells] for row in arrange(("II", "vx"), 10.0).rows] == [["II"], ["vx"]]


@pytest.mark.parametrize(
    ("wanted", "leads", "given_lead"), [("II", STANDARD_LEADS, "II"), ("II", ("V5", "vx"), "V5"), ("V1", ("vx",), "vx")]
)
def test_rhythm_lead_is_one_that_was_recorded(wanted, leads, given_lead):
    assert choose_rhythm_lead(wanted, leads) == given_lead


def test_unknown_layout_speed_and_gain_are_refused_with_what_is_possible():
    with pytest.raises(InvalidInput, match="'4x3'; known are 3x4, 6x2, 12x1, rows"):
        choose("4x3", STANDARD_LEADS)
    with pytest.raises(InvalidInput, match=r"30 mm/s; 12\.5, 25 and 50"):
        check_scale(30, 10)
    with pytest.raises(InvalidInput, match="7 mm/mV; 5, 10 and 20"):
        check_scale(25, 7)
