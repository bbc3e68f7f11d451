"""Recipes as JSON files: read into the frozen dataclass of their stage, every key and type checked."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from ecg_chat.datasets.whole_file import write_whole_text
from ecg_chat.errors import InvalidInput
from ecg_chat.network.config import encoder_shape
from ecg_chat.network.encoder_shapes import EncoderConfig

Recipe = TypeVar("Recipe")


def read_recipe(path: Path, kind: type[Recipe]) -> Recipe:
    """Read a recipe; a key that is not there keeps its default.

    Parameters
    ----------
    path : Path
        A JSON object.
    kind : type
        Dataclass whose fields are bool, int, float or str, or the shape of an encoder (an object).

    Raises
    ------
    InvalidInput
        When the file is missing or no JSON object, or holds an unknown key or a value of another type.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"the recipe {path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise InvalidInput(f"the recipe {path.name} holds {type(data).__name__}, expected an object")
    known = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(data) - known)
    if unknown:
        raise InvalidInput(f"the recipe {path.name} has the unknown key {unknown[0]!r}, expected {sorted(known)}")
    types = get_type_hints(kind)
    values = {key: _checked(path.name, key, value, types[key]) for key, value in data.items()}
    return kind(**values)


def write_recipe(path: Path, recipe: object) -> None:
    """Write a recipe as `read_recipe` reads it."""
    text = json.dumps(dataclasses.asdict(recipe), indent=1)  # type: ignore[call-overload]
    write_whole_text(path, text + "\n")


def _checked(file: str, key: str, value: object, wanted: Any) -> object:
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if wanted == EncoderConfig and isinstance(value, dict):
        try:
            return encoder_shape(value)
        except (ValueError, TypeError) as error:
            raise InvalidInput(f"the recipe {file} has a {key} that cannot be used: {error}") from error
    if type(value) is not wanted:
        raise InvalidInput(f"the recipe {file} has {key} = {value!r}, expected {getattr(wanted, '__name__', wanted)}")
    return value
