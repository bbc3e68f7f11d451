"""What the log gives and takes: frozen values, no rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ecg_chat.chat.types import Claim, Done, GenerationSettings
from ecg_chat.conversation.types import Audience, Conversation, PatientContext
from ecg_chat.delineation.types import Corrections
from ecg_chat.errors import InvalidInput
from ecg_chat.records import rubric
from ecg_chat.signals.ecg import FilePatient, Note

AnswerState = Literal["streaming", "complete", "stopped", "interrupted", "failed"]
FinalState = Literal["complete", "stopped", "interrupted", "failed"]
RecordingState = Literal["unconfirmed", "under review", "confirmed"]
Opinion = Literal["agree", "wrong", "can't tell"]
OPINIONS: tuple[Opinion, ...] = ("agree", "wrong", "can't tell")


@dataclass(frozen=True)
class RecordingSummary:
    """A line of the history list."""

    id: str
    created_at: datetime
    name: str
    pseudonym: str
    format: str
    duration_s: float
    finding_codes: tuple[str, ...]
    thumbnail_svg: str
    n_conversations: int
    state: RecordingState
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class RecordingView:
    """One recording as it was read; `files` gives the original bytes.

    ``measurements`` and ``findings`` are as they were given to `Store.add_recording`; ``description`` holds rate, unit
    and leads where a person had to state them; ``start`` is the file's own text of when the recording began.
    """

    id: str
    created_at: datetime
    name: str
    pseudonym: str
    format: str
    sha256: str
    fs_hz: float
    duration_s: float
    leads: tuple[str, ...]
    start: str | None
    patient: FilePatient
    notes: tuple[Note, ...]
    description: Mapping[str, Any] | None
    measurements: dict[str, Any]
    findings: list[dict[str, Any]]
    thumbnail_svg: str
    state: RecordingState
    confirmed_by: str | None
    confirmed_at: datetime | None
    file_names: tuple[str, ...]
    read_files: Callable[[], dict[str, bytes]] = field(repr=False, compare=False)

    def files(self) -> dict[str, bytes]:
        """Return the original bytes by file name, in upload order."""
        return self.read_files()


@dataclass(frozen=True)
class Provenance:
    """Everything that decided an answer, so that it can be said again.

    ``prompt`` is the exact text the model was given; ``conversation`` the value it was rendered from;
    ``signal_sha256`` the digest of the samples it was shown (`provenance.signal_digest`); ``measurements`` those of the
    window, as JSON, empty where they were not stored with the answer.
    """

    prompt: str
    model_name: str
    model_revision: str
    quantisation: str
    device: str
    conversation: Conversation
    settings: GenerationSettings = field(default_factory=GenerationSettings)
    preprocessing: Mapping[str, object] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    signal_sha256: str = ""
    measurements: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerView:
    """One version of an answer.

    ``text`` is what was shown, ``raw`` what the model wrote; where they differ for good, ``withheld`` says why.
    ``done`` is None while it streams and when it never came to an end.
    """

    id: str
    question_id: str
    conversation_id: str
    recording_id: str
    question: str
    version: int
    state: AnswerState
    text: str
    raw: str
    notice: str
    withheld: str
    claims: tuple[Claim, ...]
    done: Done | None
    provenance: Provenance
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class TurnView:
    """A question and the versions of its answer, oldest first."""

    id: str
    position: int
    text: str
    created_at: datetime
    answers: tuple[AnswerView, ...]

    @property
    def latest(self) -> AnswerView | None:
        """The newest version."""
        return self.answers[-1] if self.answers else None


@dataclass(frozen=True)
class ConversationSummary:
    """A conversation without its turns; ``title`` is the first question."""

    id: str
    recording_id: str
    created_at: datetime
    audience: Audience
    window_start_s: float
    n_questions: int
    title: str


@dataclass(frozen=True)
class ConversationView:
    """A conversation with every turn and version.

    ``measurements`` are those that its newest answer was given, or else those of the recording; ``findings`` those of
    the recording, unless the conversation was started with its own.
    """

    id: str
    recording_id: str
    created_at: datetime
    audience: Audience
    window_start_s: float
    window_duration_s: float
    context_id: str | None
    context: PatientContext
    measurements: dict[str, Any]
    findings: list[dict[str, Any]]
    turns: tuple[TurnView, ...]

    @property
    def is_answered(self) -> bool:
        """Whether an answer names the measurements it was given."""
        return any(answer.provenance.measurements for turn in self.turns for answer in turn.answers)


@dataclass(frozen=True)
class Rating:
    """What one person thinks of an answer, or why it was skipped.

    ``items`` has every key of `rubric.ITEM_KEYS`, 1 to 5 or None (not applicable); it is empty when ``skip_reason`` is
    given. ``claims`` maps the position of a claim to an opinion.
    """

    rater: str
    items: Mapping[str, int | None] = field(default_factory=dict)
    claims: Mapping[int, Opinion] = field(default_factory=dict)
    unsafe: bool = False
    corrected_answer: str = ""
    comment: str = ""
    skip_reason: str = ""
    time_on_task_s: float | None = None
    rubric: str = rubric.VERSION

    def __post_init__(self) -> None:
        if not self.rater.strip():
            raise InvalidInput("A rating needs the name of the person who rates.")
        for position, opinion in self.claims.items():
            if opinion not in OPINIONS:
                raise InvalidInput(
                    f"Claim {position + 1} was judged {opinion!r}, expected one of: {', '.join(OPINIONS)}."
                )
        if self.time_on_task_s is not None and not 0 <= self.time_on_task_s < float("inf"):
            raise InvalidInput(f"Time on task is {self.time_on_task_s} s, expected 0 or more.")
        if self.skip_reason:
            if self.items:
                raise InvalidInput("A skipped answer has a reason and no numbers.")
            return
        if set(self.items) != set(rubric.ITEM_KEYS):
            missing = [item.label for item in rubric.ITEMS if item.key not in self.items]
            unknown = sorted(set(self.items) - set(rubric.ITEM_KEYS))
            raise InvalidInput(
                f"A rating has seven items; missing: {', '.join(missing) or 'none'}; "
                f"unknown: {', '.join(unknown) or 'none'}."
            )
        for key, number in self.items.items():
            if number is not None and (isinstance(number, bool) or number not in (1, 2, 3, 4, 5)):
                raise InvalidInput(f"{key.replace('_', ' ')} is {number!r}, expected 1 to 5 or not applicable.")


@dataclass(frozen=True)
class RatingView:
    """A stored rating."""

    id: str
    answer_id: str
    created_at: datetime
    rating: Rating


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to a recording, and when."""

    created_at: datetime
    who: str
    action: str
    recording_id: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class BoundaryCorrection:
    """What a person did to the wave boundaries of one window.

    Attributes
    ----------
    window_start_s : float
        Which window of the recording.
    reference_s : float
        Where the ms count from: R of a beat of the median, in s from the start of the window.
    by_hand : Corrections
        The boundaries that are set by a person from now on; none of them means "as measured".
    before, after : Corrections
        All boundaries in force before and after, found or set; None where there is no such wave.
    """

    recording_id: str
    window_start_s: float
    reference_s: float
    by_hand: Corrections
    before: Corrections
    after: Corrections
    who: str
    comment: str = ""


@dataclass(frozen=True)
class BoundaryCorrectionView:
    """A stored correction."""

    id: str
    created_at: datetime
    correction: BoundaryCorrection
