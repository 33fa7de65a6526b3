"""Every text inside a value: of rows, lists, mappings and dataclasses, however deep. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import BaseModel


def each_text(value: Any, change: Callable[[str], str], but: Collection[str] = ()) -> Any:
    """The value with every text changed; what holds none that changes comes back itself. `but`: names left as they are.

    Enums, markup and models (what a user has typed, checked) are left as they are.
    """
    if isinstance(value, str):
        return _text(value, change)
    if isinstance(value, Mapping) or hasattr(value, "items"):  # a database's row is no Mapping
        shown = {k: v if k in but else each_text(v, change, but) for k, v in value.items()}
        return shown if any(shown[k] is not v for k, v in value.items()) else value
    if isinstance(value, (list, tuple)):
        return _row(value, change, but)
    if dataclasses.is_dataclass(value) and not isinstance(value, (type, BaseModel)):
        return _dataclass(value, change, but)
    return value


def _text(text: str, change: Callable[[str], str]) -> str:
    if type(text) is not str:
        return text
    changed = change(text)
    return text if changed == text else changed


def _row(found: Any, change: Callable[[str], str], but: Collection[str]) -> Any:
    shown = [each_text(v, change, but) for v in found]
    if all(a is b for a, b in zip(shown, found, strict=True)):
        return found
    if isinstance(found, tuple) and hasattr(found, "_fields"):
        return type(found)(*shown)
    return tuple(shown) if isinstance(found, tuple) else shown


def _dataclass(found: Any, change: Callable[[str], str], but: Collection[str]) -> Any:
    names = [f.name for f in dataclasses.fields(found) if f.init and f.name not in but]
    changed = {n: new for n in names if (new := each_text(old := getattr(found, n), change, but)) is not old}
    return dataclasses.replace(found, **changed) if changed else found
