"""Questions and answers of a conversation as a person reads them, for tests of what is trained on."""

import dataclasses

from ecg_chat.conversation.facts import describe
from ecg_chat.conversation.slots import resolve, values
from ecg_chat.conversation.types import Conversation


def as_read(text, truth):
    """Resolve the references of an answer about a training ECG."""
    facts = describe(truth.measurements, truth.judgements, truth.patient, truth.network.probabilities)
    return resolve(text, values(Conversation((), truth.patient, facts=facts)))


def turns_as_read(conversation):
    """Return (question, answer) texts, the references of each answer resolved for its own question."""
    messages = conversation.messages
    return [
        (
            messages[k].text,
            resolve(messages[k + 1].text, values(dataclasses.replace(conversation, messages=messages[: k + 1]))),
        )
        for k in range(0, len(messages), 2)
    ]
