"""Sorts beats by shape and prematurity, and lines them up on the dominant shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecg_chat.delineation.types import BeatKind, BeatList, Bools, Floats, Ints, Prepared

STEP = 2  # shapes are compared at 250 Hz
BEFORE_S, AFTER_S = 0.10, 0.16
SHIFT_S = 0.04
SAME_SHAPE = 0.85
LOOSE_SHAPE = 0.70
MAX_COMPARED = 400  # beats compared pairwise; more than that are represented by an even choice of them
PREMATURE = 0.85  # of the basic RR
EXTRA_WIDTH_MS = 16.0
WIDEST_MS = 240.0  # wider than this: an artefact
FOREIGN_SHAPE = 0.40
EDGE_S = 0.12
CUT_SHAPE = 0.6  # correlation that is enough for a beat that the edge cuts


@dataclass(frozen=True, eq=False)
class Aligned:
    """Snippets (beats, leads, samples at 250 Hz) around marks that were shifted to match the dominant beat."""

    r: Ints
    snippets: Floats
    similarity: Floats


def cut(signal_mv: Floats, marks: Ints, before: int, after: int, step: int = 1) -> Floats:
    """Cut (beats, leads, samples) around marks; beyond the recording the edge sample is repeated."""
    at = marks[:, None] + np.arange(-before, after, step)[None, :]
    return signal_mv[:, np.clip(at, 0, signal_mv.shape[1] - 1)].transpose(1, 0, 2)


def normalised(snippets: Floats) -> Floats:
    """Flatten to (beats, leads x samples), each lead without its mean, each beat of unit length."""
    flat = (snippets - snippets.mean(axis=2, keepdims=True)).reshape(len(snippets), -1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1e-9), dtype=np.float64)


def largest_group(flat: Floats) -> Bools:
    """Return the members of the largest group of like beats."""
    n = len(flat)
    chosen = np.unique(np.linspace(0, n - 1, min(n, MAX_COMPARED)).astype(np.int64))
    similar = flat @ flat[chosen].T
    for limit in (SAME_SHAPE, LOOSE_SHAPE):
        like = similar > limit
        leader = int(np.argmax(like[chosen].sum(axis=1)))
        group = similar[:, leader] > limit
        if group.sum() >= 0.5 * n:
            break
    return np.asarray(group, dtype=np.bool_)


def align(prepared: Prepared, r: Ints) -> Aligned:
    """Shift every mark by up to 40 ms so that the QRS fit the dominant beat best."""
    x = prepared.signal_mv[prepared.usable]
    before, after = round(BEFORE_S * prepared.fs_hz), round(AFTER_S * prepared.fs_hz)
    marks = r.copy()
    reach = round(SHIFT_S * prepared.fs_hz)
    for step, span in ((4, reach), (1, 6)):
        snippets = cut(x, marks, before, after, STEP)
        flat = normalised(snippets)
        group = largest_group(flat)
        template = np.median(snippets[group], axis=0)
        template = template - template.mean(axis=1, keepdims=True)
        template = (template / max(float(np.linalg.norm(template)), 1e-9)).ravel()
        shifts = np.arange(-span, span + 1, step)
        fit = np.stack([normalised(cut(x, marks + s, before, after, STEP)) @ template for s in shifts])
        marks = marks + shifts[np.argmax(fit, axis=0)]
    snippets = cut(x, marks, before, after, STEP)
    order = np.argsort(marks, kind="stable")
    return Aligned(marks[order], snippets[order], fit.max(axis=0)[order])


def qrs_widths_ms(snippets: Floats, fs_hz: float) -> Floats:
    """Estimate the width of each beat's QRS: time during which it is steep in any lead."""
    steep = np.sqrt(np.mean(np.gradient(snippets, axis=2) ** 2, axis=1))
    kernel = np.ones(5) / 5
    smooth = np.stack([np.convolve(row, kernel, "same") for row in steep])
    over = smooth > 0.15 * smooth.max(axis=1, keepdims=True)
    first = over.argmax(axis=1)
    last = over.shape[1] - 1 - over[:, ::-1].argmax(axis=1)
    return np.asarray((last - first) * 1000 * STEP / fs_hz, dtype=np.float64)


def basic_rr(rr: Floats) -> Floats:
    """Return the RR that is usual around each beat: median of the nine nearest."""
    return np.array([np.median(rr[max(0, i - 4) : i + 5]) for i in range(rr.size)])


def classify(prepared: Prepared, r: Ints) -> BeatList:
    """Class every beat.

    A beat of the dominant shape is "dominant"; if it comes early (RR < 85 % of the usual, in an otherwise regular
    rhythm) "supraventricular". Another shape is "ventricular" if it is wider than the dominant one, or altogether
    different and not narrower; any other one is "supraventricular" if early and "unclassified" if not. A mark at the
    edge of the recording that does not look like the dominant beat is a cut one and is left out.
    """
    aligned = align(prepared, r)
    flat = normalised(aligned.snippets)
    group = largest_group(flat)
    template = np.median(aligned.snippets[group], axis=0)
    similarity = flat @ normalised(template[None])[0]
    marks, widths = aligned.r, qrs_widths_ms(aligned.snippets, prepared.fs_hz)
    cut_off = (marks < EDGE_S * prepared.fs_hz) | (marks > prepared.signal_mv.shape[1] - EDGE_S * prepared.fs_hz)
    keep = ~cut_off | (similarity > CUT_SHAPE)
    if keep.any():
        marks, similarity, widths, cut_off = marks[keep], similarity[keep], widths[keep], cut_off[keep]
    same = (similarity > (SAME_SHAPE if group.mean() >= 0.5 else LOOSE_SHAPE)) | (cut_off & (similarity > CUT_SHAPE))
    rr = np.diff(marks) / prepared.fs_hz
    ratio = np.ones(marks.size)
    if rr.size >= 3:
        ratio[1:] = rr / basic_rr(rr)
    premature = ratio < PREMATURE
    chaotic = rr.size >= 5 and float(np.mean(np.abs(ratio[1:] - 1) > 0.10)) > 0.4
    usual = float(np.median(widths[same])) if same.any() else float(np.median(widths))
    kinds = tuple(
        kind_of(bool(same[i]), float(similarity[i]), float(widths[i]), usual, early=bool(premature[i]) and not chaotic)
        for i in range(marks.size)
    )
    return BeatList(marks, kinds, premature, similarity)


def kind_of(same: bool, similarity: float, width_ms: float, usual_ms: float, *, early: bool) -> BeatKind:
    """Name one beat; see `classify`."""
    if same:
        return "supraventricular" if early else "dominant"
    wider = width_ms >= usual_ms + EXTRA_WIDTH_MS
    foreign = similarity < FOREIGN_SHAPE and width_ms >= usual_ms - 8
    both_wide = similarity < 0.6 and width_ms >= 112 and usual_ms >= 112
    if width_ms < WIDEST_MS and (wider or foreign or both_wide):
        return "ventricular"
    return "supraventricular" if early and width_ms < WIDEST_MS else "unclassified"
