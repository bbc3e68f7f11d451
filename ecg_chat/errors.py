"""Every error this package raises on purpose.

::

    EcgChatError                 the text is written for the person at the screen
    ├── UnreadableFile           an upload cannot become an Ecg (empty, truncated, hostile, no scale …)
    ├── NeedsDescription         a table of numbers came without rate, unit or lead names: ask the person
    ├── InvalidInput             a value the person entered is out of range (question too long, age 400 …)
    ├── InvalidSettings          the environment or a config file asks for something impossible
    ├── CatalogueError           the statement catalogue contradicts itself
    ├── ModelError               a model folder is missing, damaged or does not match its config
    │   └── GenerationFailed     the model stopped in mid-answer
    └── StoreError               the database cannot be reached, is locked, read-only or full
        └── NotFound             no such recording, conversation or message

The message of each is one sentence (two at most) that a person understands and that says what was got
and what was expected. Pages show it where the person was looking; the command line prints it and exits 2.
Programming errors stay built-in exceptions and are not caught.
"""

from __future__ import annotations


class EcgChatError(Exception):
    """Base of all errors whose text is shown to the person."""


class UnreadableFile(EcgChatError):
    """An upload cannot become an Ecg."""


class NeedsDescription(UnreadableFile):
    """A table of numbers came without rate, unit or lead names; the page asks for them.

    Parameters
    ----------
    message : str
        What is missing.
    columns : tuple of str
        Column names (or "column 1" …) in file order, to pre-fill the form.
    guess : dict
        What the header row stated: keys ``fs_hz``, ``unit``, ``leads``; absent keys are unknown.
    """

    def __init__(self, message: str, columns: tuple[str, ...] = (), guess: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.columns = columns
        self.guess = dict(guess or {})


class InvalidInput(EcgChatError):
    """A value that the person entered is out of range."""


class InvalidSettings(EcgChatError):
    """The environment or a config file asks for something impossible."""


class CatalogueError(EcgChatError):
    """The statement catalogue contradicts itself."""


class ModelError(EcgChatError):
    """A model folder is missing, damaged or does not match its config."""


class GenerationFailed(ModelError):
    """The model stopped in mid-answer."""


class StoreError(EcgChatError):
    """The database cannot be reached, is locked, read-only or full."""


class NotFound(StoreError):
    """No such recording, conversation or message."""
