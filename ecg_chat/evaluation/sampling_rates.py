"""How far the intervals of one recording differ between its 500 Hz and its 100 Hz file.

``python -m ecg_chat.evaluation.sampling_rates --ptbxl DIR --json OUT``, where DIR holds PTB-XL's ``records100`` and
``records500`` (or as much of the second as is at hand).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.reading import read_ecg_path

MEASURES = ("heart_rate_bpm", "p_ms", "pr_ms", "qrs_ms", "qt_ms")


def compare_rates(folder: Path) -> dict[str, dict[str, float]]:
    """Measure every record that is there at both rates.

    Returns
    -------
    dict
        Per measure: ``n`` records measured at both rates, median and 90th percentile of the absolute difference, and
        how many were measured at one rate only.

    Raises
    ------
    InvalidInput
        When no record is there at both rates.
    """
    pairs = []
    for fast in sorted(folder.glob("records500/*/*_hr.hea")):
        slow = folder / "records100" / fast.parent.name / fast.name.replace("_hr", "_lr")
        if slow.is_file():
            pairs.append((fast, slow))
    if not pairs:
        raise InvalidInput(f"no record is in both records500 and records100 of {folder}")
    both = [[measure(read_ecg_path(path)) for path in pair] for pair in tqdm(pairs, desc="measuring", unit="record")]
    result = {}
    for name in MEASURES:
        values = [(fast.get(name), slow.get(name)) for fast, slow in both]
        differences = [abs(a - b) for a, b in values if a is not None and b is not None]
        result[name] = {
            "n": len(differences),
            "median": round(float(np.median(differences)), 2),
            "90th percentile": round(float(np.percentile(differences, 90)), 2),
            "at one rate only": sum((a is None) != (b is None) for a, b in values),
        }
    return result


def main() -> None:
    """Print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ptbxl", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    result = compare_rates(args.ptbxl)
    print("| measure | n | median | 90th percentile | at one rate only |\n| --- | --- | --- | --- | --- |")
    for name, row in result.items():
        print(f"| {name} | {' | '.join(str(value) for value in row.values())} |")
    if args.json is not None:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
