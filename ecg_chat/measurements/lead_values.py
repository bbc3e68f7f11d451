"""Numbers of each lead: amplitudes and durations of its waves, ST level."""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.types import Delineation, Floats
from ecg_chat.measurements.lead_deflections import deflections, is_notched, named
from ecg_chat.measurements.types import LEAD_UNITS, Value
from ecg_chat.measurements.values import Origin, lead_missing, lead_number

BASELINE_S = 0.010  # the level just before QRS onset (M6)
WORDS = {
    "missing": "the lead is missing",
    "flat": "the lead is flat",
    "clipped": "the lead is clipped",
    "noisy": "the lead is too noisy",
}
QUIET_ENOUGH_MV = 0.03  # a lead flagged noisy is measured if its median beat is this clean


class LeadMeter:
    """Measures one lead of the median beat.

    Parameters
    ----------
    found : Delineation
        With median beat and QRS.
    k : int
        Row of the lead.
    origin : Origin
        Where the numbers come from.
    """

    def __init__(self, found: Delineation, k: int, origin: Origin) -> None:
        assert found.median is not None
        assert found.qrs is not None
        self.found, self.origin = found, origin
        self.fs_hz = found.prepared.fs_hz
        self.lead = found.prepared.leads[k]
        self.r = found.median.r
        row = found.median.signal_mv[k]
        on = self.sample(found.qrs.on_ms)
        self.row = row - float(row[max(0, on - round(BASELINE_S * self.fs_hz)) : on + 1].mean())
        self.own_qrs = found.per_lead[k].qrs

    def sample(self, ms: float) -> int:
        """Sample of the median beat at ms from R."""
        assert self.found.median is not None
        return int(np.clip(self.r + round(ms / 1000 * self.fs_hz), 0, self.found.median.signal_mv.shape[1] - 1))

    def ms(self, sample: float) -> float:
        """Ms from R of a sample of the median beat."""
        return (sample - self.r) * 1000 / self.fs_hz

    def value(self, name: str, number: float, first_ms: float, last_ms: float) -> Value:
        """Return one value with its place."""
        return lead_number(name, number, self.origin, self.lead, self.origin.span(first_ms, last_ms, self.lead))

    def qrs(self) -> dict[str, Value]:
        """Amplitudes and durations within QRS, R-peak time (M5), notch."""
        assert self.found.qrs is not None
        wave = self.found.qrs
        on, off = self.sample(wave.on_ms), self.sample(wave.off_ms)
        part = self.row[on : off + 1]
        waves = named(deflections(part, self.fs_hz))
        out: dict[str, Value] = {}
        for name, short in (("q", "q"), ("r", "r"), ("s", "s"), ("r_prime", "r_prime"), ("s_prime", "s_prime")):
            run = waves.get(name)
            first, last = (on + run.first, on + run.last) if run else (on, off)
            out[f"{short}_mv"] = self.value(f"{short}_mv", run.mv if run else 0.0, self.ms(first), self.ms(last))
            if f"{short}_ms" in LEAD_UNITS:
                length = (last - first + 1) * 1000 / self.fs_hz if run else 0.0
                out[f"{short}_ms"] = self.value(f"{short}_ms", length, self.ms(first), self.ms(last))
        distinct = {id(run): run for run in waves.values()}.values()
        net = sum(run.mv for run in distinct)
        out["qrs_net_mv"] = self.value("qrs_net_mv", net, wave.on_ms, wave.off_ms)
        last_r = waves.get("r_prime", waves.get("r"))
        if last_r is None:
            out["r_peak_time_ms"] = lead_missing("r_peak_time_ms", "the lead has no R wave")
            out["notched"] = self.value("notched", 0.0, wave.on_ms, wave.off_ms)
            return out
        peak_ms = self.ms(on + last_r.peak)
        out["r_peak_time_ms"] = self.value("r_peak_time_ms", peak_ms - wave.on_ms, wave.on_ms, peak_ms)
        ups = [waves[name] for name in ("r", "r_prime") if name in waves]
        notched = any(is_notched(part, up, self.fs_hz) for up in ups)
        out["notched"] = self.value("notched", float(notched), wave.on_ms, wave.off_ms)
        return out

    def p(self) -> dict[str, Value]:
        """P amplitude from its onset level, and its terminal part (H11: second half of P)."""
        names = ("p_mv", "p_terminal_mv", "p_terminal_ms")
        wave = self.found.p
        if wave is None:
            return {name: lead_missing(name, self.found.p_reason or "no P wave was found") for name in names}
        on, off = self.sample(wave.on_ms), self.sample(wave.off_ms)
        ground = float(self.row[max(0, on - round(BASELINE_S * self.fs_hz)) : on + 1].mean())
        part = self.row[on : off + 1] - ground
        top = int(np.argmax(np.abs(part)))
        half = part.size // 2
        tail = part[half:]
        low = int(np.argmin(tail))
        below = tail < 0.0
        terminal = min(0.0, float(tail[low]))
        length = float(below.sum()) * 1000 / self.fs_hz if terminal < 0 else 0.0
        middle = self.ms(on + half)
        return {
            "p_mv": self.value("p_mv", float(part[top]), wave.on_ms, wave.off_ms),
            "p_terminal_mv": self.value("p_terminal_mv", terminal, middle, wave.off_ms),
            "p_terminal_ms": self.value("p_terminal_ms", length, middle, wave.off_ms),
        }

    def st_t(self) -> dict[str, Value]:
        """ST level at J, J+60 and J+80 ms against the level at QRS onset (M6, M7); T amplitude."""
        assert self.found.qrs is not None
        assert self.found.median is not None
        out: dict[str, Value] = {}
        j_ms = self.found.qrs.off_ms
        wave = self.found.t
        rr_ms = self.found.median.rr_ms
        for name, later in (("st_j_mv", 0.0), ("st_j60_mv", 60.0), ("st_j80_mv", 80.0)):
            at = self.sample(j_ms + later)
            if np.isfinite(rr_ms) and j_ms + later > rr_ms - 120:
                out[name] = lead_missing(name, "the next beat follows too soon")
                continue
            level = float(self.row[max(0, at - 1) : at + 2].mean())
            out[name] = self.value(name, level, j_ms + later - 4, j_ms + later + 4)
        if wave is None:
            out["t_mv"] = lead_missing("t_mv", self.found.t_reason or "no T wave was found")
            return out
        first = self.sample(max(j_ms + 60, min(wave.on_ms, wave.peak_ms - 80)))
        last = max(first + 1, self.sample(wave.off_ms))
        part = self.row[first : last + 1]
        out["t_mv"] = self.value("t_mv", float(part[np.argmax(np.abs(part))]), self.ms(first), wave.off_ms)
        return out


def lead_values(found: Delineation, flags: dict[str, tuple[str, ...]], origin: Origin) -> dict[str, dict[str, Value]]:
    """Every value of every lead; leads that cannot be measured hold the reason."""
    out: dict[str, dict[str, Value]] = {}
    for k, lead in enumerate(found.prepared.leads):
        reason = unmeasurable(found, k, flags.get(lead, ()))
        if reason:
            out[lead] = {name: lead_missing(name, reason) for name in LEAD_UNITS}
            continue
        meter = LeadMeter(found, k, origin)
        values = meter.qrs() | meter.p() | meter.st_t()
        out[lead] = {name: values[name] for name in LEAD_UNITS}
    return out


def unmeasurable(found: Delineation, k: int, flags: tuple[str, ...]) -> str:
    """Return the reason why a lead is not measured, or ""."""
    if found.median is None or found.qrs is None:
        return found.problem or "no beats were found"
    for flag in ("missing", "flat", "clipped"):
        if flag in flags and not (flag == "missing" and found.prepared.usable[k]):
            return WORDS[flag]
    noise = float(found.median.noise_mv[k])
    if "noisy" in flags and not noise < QUIET_ENOUGH_MV:
        return WORDS["noisy"]
    row: Floats = found.median.signal_mv[k]
    return "" if float(np.ptp(row)) > 0 else WORDS["flat"]
