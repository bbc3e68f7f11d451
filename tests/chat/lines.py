"""Parts of the line that stands after a question."""

from ecg_chat.chat.question_notes import note_for


def without_kind(note):
    """Return what was looked up, without the kind of the question, which has tests of its own."""
    return note if not note.startswith("kind: ") else note.partition("; ")[2]


def evidence_line(question, evidence):
    """Return what is looked up for a question."""
    return without_kind(note_for(question, evidence))
