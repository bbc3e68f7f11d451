"""Wave boundaries that persons moved: who, when, from where to where. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from sqlalchemy import select

from ecg_chat.delineation.types import Corrections
from ecg_chat.errors import InvalidInput
from ecg_chat.records.columns import now
from ecg_chat.records.confirmation_log import add_audit
from ecg_chat.records.door import new_id
from ecg_chat.records.recording_log import RecordingLog, existing_recording
from ecg_chat.records.tables import BoundaryCorrectionRow
from ecg_chat.records.views import BoundaryCorrection, BoundaryCorrectionView

LONGEST_NAME = 80
LONGEST_COMMENT = 1000


class CorrectionLog(RecordingLog):
    """The part of the store that holds corrections of boundaries."""

    def add_boundary_correction(
        self, correction: BoundaryCorrection, *, finding_codes: Sequence[str] | None = None
    ) -> str:
        """Store a correction, which supersedes the earlier ones of its window; return its id.

        A confirmed reading must be confirmed again, and the audit says why.

        Parameters
        ----------
        correction : BoundaryCorrection
            With the name of the person.
        finding_codes : sequence of str, optional
            What the recording is listed and searched under from now on; what was stored when it was opened stays.

        Raises
        ------
        InvalidInput
            Without a name, or with a name or comment that is too long.
        NotFound
            If there is no such recording.
        """
        who, comment = correction.who.strip(), correction.comment.strip()
        if not who:
            raise InvalidInput("A correction is made by a person: give your name.")
        if len(who) > LONGEST_NAME or len(comment) > LONGEST_COMMENT:
            raise InvalidInput(
                f"Name and comment have {len(who)} and {len(comment):,} characters; "
                f"at most {LONGEST_NAME} and {LONGEST_COMMENT:,} are possible."
            )
        row = BoundaryCorrectionRow(
            id=new_id(),
            created_at=now(),
            recording_id=correction.recording_id,
            window_start_s=float(correction.window_start_s),
            reference_s=float(correction.reference_s),
            by_hand=_stored(correction.by_hand),
            before=_stored(correction.before),
            after=_stored(correction.after),
            who=who,
            comment=comment,
        )
        with self._write() as session:
            recording = existing_recording(session, correction.recording_id, lock=True)
            recording.confirmed_by = recording.confirmed_at = None
            if finding_codes is not None:
                recording.finding_codes = " ".join(dict.fromkeys(finding_codes))
            session.add(row)
            add_audit(session, correction.recording_id, who, "corrected", {"boundary_correction": row.id})
        return row.id

    def boundary_corrections(
        self, recording_id: str, window_start_s: float | None = None
    ) -> list[BoundaryCorrectionView]:
        """Return the corrections of a recording, or of one window of it, oldest first."""
        query = select(BoundaryCorrectionRow).where(BoundaryCorrectionRow.recording_id == recording_id)
        if window_start_s is not None:
            query = query.where(BoundaryCorrectionRow.window_start_s == window_start_s)
        with self._read() as session:
            return [_view(row) for row in session.scalars(query.order_by(BoundaryCorrectionRow.sequence))]

    def boundary_correction(self, recording_id: str, window_start_s: float) -> BoundaryCorrectionView | None:
        """Return the correction of a window that is in force: its newest, None if nobody ever made one."""
        query = (
            select(BoundaryCorrectionRow)
            .where(
                BoundaryCorrectionRow.recording_id == recording_id,
                BoundaryCorrectionRow.window_start_s == window_start_s,
            )
            .order_by(BoundaryCorrectionRow.sequence.desc())
            .limit(1)
        )
        with self._read() as session:
            row = session.scalar(query)
        return _view(row) if row else None

    def all_boundary_corrections(self, batch: int = 200) -> Iterator[BoundaryCorrectionView]:
        """Yield every correction of the log, oldest first; memory does not grow with the log."""
        last = 0
        while True:
            query = select(BoundaryCorrectionRow).where(BoundaryCorrectionRow.sequence > last)
            with self._read() as session:
                rows = list(session.scalars(query.order_by(BoundaryCorrectionRow.sequence).limit(batch)))
            if not rows:
                return
            yield from (_view(row) for row in rows)
            last = rows[-1].sequence


def _stored(boundaries: Corrections) -> dict[str, float]:
    return {name: float(ms) for name, ms in asdict(boundaries).items() if ms is not None}


def _view(row: BoundaryCorrectionRow) -> BoundaryCorrectionView:
    correction = BoundaryCorrection(
        recording_id=row.recording_id,
        window_start_s=row.window_start_s,
        reference_s=row.reference_s,
        by_hand=Corrections(**row.by_hand),
        before=Corrections(**row.before),
        after=Corrections(**row.after),
        who=row.who,
        comment=row.comment,
    )
    return BoundaryCorrectionView(row.id, row.created_at, correction)
