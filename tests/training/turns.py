"""Questions and answers of a conversation as a person reads them, for tests of what is trained on."""

import dataclasses

from ecg_chat.conversation.slots import resolve, values


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
