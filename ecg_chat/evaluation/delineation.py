"""``evaluate delineation``: wave boundaries in every lead against the marks of LUDB's cardiologists."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ecg_chat.datasets.ludb import find_records, read_marks, read_signals
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.boundary_scores import pooled, scores
from ecg_chat.evaluation.delineation_tables import as_markdown
from ecg_chat.evaluation.error_plot import plot_errors
from ecg_chat.evaluation.neurokit_marks import NeuroKitMarker
from ecg_chat.evaluation.our_marks import GROUPS, group_of, our_marks
from ecg_chat.evaluation.sub_command import Result, SubCommand
from ecg_chat.evaluation.wave_matching import KEYS, TOLERANCE_MS, Key, Marker, Matches, match_lead
from ecg_chat.signals.ecg import STANDARD_LEADS

OURS, BASELINE = "ecg_chat", "NeuroKit2"
WORST = 10
LeadMatches = Mapping[str, Mapping[Key, Matches]]


def evaluate_delineation(
    folder: Path,
    markers: Mapping[str, Marker],
    *,
    lead_sets: Sequence[tuple[str, ...]] = (),
    limit: int | None = None,
    group: Callable[[str], str] = group_of,
) -> Result:
    """Mark every LUDB record and compare lead by lead.

    Parameters
    ----------
    folder : Path
        LUDB, see `ecg_chat.datasets.ludb`.
    markers : mapping
        Name of a program → the program; the first one is looked at more closely.
    lead_sets : sequence of tuple of str
        Also give the programs only these leads.
    limit : int, optional
        Only the first records.
    group : callable
        Record → how the first program knows it; groups are tabulated separately.

    Returns
    -------
    dict
        ``tables``: group → leads → program → boundary → `scores`; ``per_lead`` and ``worst`` for the first program
        with all leads; ``groups``: the records by name.
    """
    records = find_records(folder, limit)
    sets = {"12 leads": STANDARD_LEADS} | {", ".join(leads): leads for leads in lead_sets}
    done: dict[tuple[str, str], dict[str, LeadMatches]] = {(s, p): {} for s in sets for p in markers}
    for record in tqdm(records, desc="marking", unit="record", disable=None):
        ecg = read_signals(record)
        marks = read_marks(record, n_samples=ecg.n_samples)
        for set_name, leads in sets.items():
            given = ecg.select(leads)
            for program, marker in markers.items():
                got = marker(given, record.name)
                done[set_name, program][record.name] = {
                    lead: match_lead(marks[lead], got.get(lead, ()), ecg.fs_hz) for lead in leads
                }
    groups: dict[str, list[str]] = {}
    for record in records:
        groups.setdefault(group(record.name), []).append(record.name)
    first = next(iter(markers))
    all_leads = done["12 leads", first]
    return {
        "data": "LUDB",
        "records": len(records),
        "groups": groups,
        "tolerance_ms": TOLERANCE_MS,
        "tables": {
            name: {s: {p: _table([done[s, p][r] for r in members]) for p in markers} for s in sets}
            for name, members in groups.items()
        },
        "per_lead": {
            name: {lead: _lead_row([all_leads[r][lead] for r in members]) for lead in STANDARD_LEADS}
            for name, members in groups.items()
        },
        "worst": {name: _worst({r: all_leads[r] for r in members}) for name, members in groups.items()},
    }


def _name(key: Key) -> str:
    wave, boundary = key
    return f"{'QRS' if wave == 'qrs' else wave.upper()} {boundary}"


def _table(by_record: Sequence[LeadMatches]) -> dict[str, Any]:
    return {_name(key): scores([pooled(lead[key] for lead in row.values()) for row in by_record]) for key in KEYS}


def _lead_row(by_record: Sequence[Mapping[Key, Matches]]) -> dict[str, Any]:
    return {_name(key): scores([row[key] for row in by_record], intervals=False) for key in KEYS}


def _worst(by_record: Mapping[str, LeadMatches]) -> list[dict[str, Any]]:
    """Return the records with the lowest F1 over all boundaries and leads; of equals, those with the larger SD."""
    rows = []
    for name, leads in by_record.items():
        row = scores([pooled(m for lead in leads.values() for m in lead.values())], intervals=False)
        waves = {
            wave: scores([pooled(lead[key] for lead in leads.values() for key in KEYS if key[0] == wave)],
                         intervals=False)["f1"]
            for wave in ("p", "qrs", "t")
        }  # fmt: skip
        rows.append({"record": name, **{key: row[key] for key in ("f1", "sd_ms", "marked", "found", "extra")},
                     **{f"{wave}_f1": f1 for wave, f1 in waves.items()}})  # fmt: skip
    rows.sort(key=lambda row: (row["f1"] if row["f1"] is not None else 1.0, -(row["sd_ms"] or 0.0)))
    return rows[:WORST]


def leads_of(text: str) -> tuple[str, ...]:
    """Read ``I,II,V2`` as leads.

    Raises
    ------
    InvalidInput
        For names that are no standard leads, or none.
    """
    by_upper = {lead.upper(): lead for lead in STANDARD_LEADS}
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name.upper() not in by_upper]
    if unknown:
        raise InvalidInput(f"--leads has {unknown[0]!r}, expected some of {', '.join(STANDARD_LEADS)}")
    return tuple(lead for lead in STANDARD_LEADS if lead in {by_upper[name.upper()] for name in names})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only this evaluation takes."""
    parser.add_argument("--ludb", type=Path, required=True, metavar="DIR", help="LUDB in its publisher's layout")
    parser.add_argument("--leads", action="append", default=[], metavar="LEADS",
                        help="also with these leads alone, such as II or I,II,V2,V5; may be repeated")  # fmt: skip
    parser.add_argument("--skip-neurokit", action="store_true", help="leave the comparison with NeuroKit2 out")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N records")


def _evaluate(args: argparse.Namespace) -> Result:
    markers: dict[str, Marker] = {OURS: our_marks}
    baseline = NeuroKitMarker()
    if not args.skip_neurokit:
        markers[BASELINE] = baseline
    sets = [leads_of(text) for text in args.leads]
    result = evaluate_delineation(args.ludb, markers, lead_sets=sets, limit=args.limit)
    return result | {"about_groups": {name: GROUPS[name] for name in result["groups"]},
                     "neurokit_failed": sorted(set(baseline.failed))}  # fmt: skip


COMMAND = SubCommand(
    "wave boundaries in every lead against the marks of cardiologists (LUDB)",
    add_arguments,
    _evaluate,
    as_markdown,
    plot_errors,
)
