"""Rhythm facts of a recording whose P waves are given, as a delineation that marks every P wave would give them."""

import dataclasses
from functools import cache

import numpy as np

from ecg_chat.delineation.delineate import delineate
from ecg_chat.measurements.rhythm import regularity_of, rhythm_of
from ecg_chat.signals.quality import assess
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.signals.synthetic_arrhythmia import make_arrhythmia


def rhythm_from(ecg, p_s=()):
    found = dataclasses.replace(delineate(ecg, dict(assess(ecg))), p_marks_s=tuple(p_s))
    return rhythm_of(found, regularity_of(found))


@cache
def arrhythmia_rhythm(kind, **options):
    made = make_arrhythmia(kind, **options)
    return rhythm_from(made.ecg, made.p_s)


def plain_rhythm(kind="normal", **options):
    """Rhythm of a kind of `make_ecg`, with its P waves."""
    made = make_ecg(kind, **options)
    waves = [(beat.p_on_s, beat.p_off_s) for beat in made.truth.beats if beat.p_on_s is not None and beat.p_on_s >= 0]
    return rhythm_from(made.ecg, waves)


def holding(rhythm):
    return {fact.name for fact in rhythm.facts if fact.holds}


def undecided(rhythm):
    return {fact.name for fact in rhythm.facts if fact.holds is None}


def with_signal(ecg, signal):
    return dataclasses.replace(ecg, signal=np.asarray(signal, dtype=np.float32))
