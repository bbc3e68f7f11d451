"""Loads the model that the settings name."""

from __future__ import annotations

from ecg_chat.chat.types import Assistant
from ecg_chat.settings import Settings


def load_model(settings: Settings) -> Assistant:
    """Load the model.

    Raises
    ------
    ModelError
        When its folder is missing, damaged or does not match its config.
    """
    # torch takes seconds to import; help, and input that is refused, should not wait for it
    from ecg_chat.network.assistant import load_assistant  # noqa: PLC0415

    return load_assistant(settings.model_dir, settings.device)
