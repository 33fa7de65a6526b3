"""Translation: English msgids in code and templates, their Chinese in `locale/zh/*.po` of each package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from babel.messages.pofile import read_po


@runtime_checkable
class Named(Protocol):
    """What has a name in each language: a department, a moment as it is spoken."""

    def named(self, language: str) -> str:
        """The name in `language`."""


LANGUAGES = ("zh", "en")
#: The language of the request under way.
current: ContextVar[str] = ContextVar("language", default="zh")
#: The English names of departments by their Chinese ones, for an English page under way.
offices: ContextVar[Mapping[str, str]] = ContextVar("offices", default=MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The Chinese of every msgid."""

    zh: Mapping[str, str]

    def say(self, msgid: str, language: str) -> str:
        """The words for `msgid`; an English word of the domain (`followed_up`) loses its underscores."""
        if language == "zh":
            return self.zh.get(msgid, msgid)
        return msgid.replace("_", " ") if " " not in msgid else msgid

    def word(self, value: str, language: str, context: str = "") -> str:
        """A word of the domain; where it means two things (`report_back`, a duty and a clock) its context decides."""
        if language == "zh" and context:
            return self.zh.get(f"{context}:{value}") or self.say(value, language)
        if context == "yes_no":
            return {"true": "yes", "false": "no"}.get(value, value)
        return self.say(value, language)

    def fill(self, msgid: str, language: str, params: Mapping[str, object]) -> str:
        """`say` with %(name)s places filled; words of the domain among the values are translated too."""
        if not params:
            return self.say(msgid, language)
        return self.say(msgid, language) % {k: self._value(v, language) for k, v in params.items()}

    def _value(self, value: object, language: str) -> object:
        if isinstance(value, list):
            return ("、" if language == "zh" else ", ").join(str(self._value(v, language)) for v in value)
        if isinstance(value, Named):
            return value.named(language)
        return self.say(value, language) if isinstance(value, str) else value


@lru_cache(maxsize=4)
def catalogue_of(packages: tuple[str, ...]) -> Catalogue:
    """`load_catalogue`, read once in a process."""
    return load_catalogue(packages)


def load_catalogue(packages: Iterable[str]) -> Catalogue:
    """All `locale/zh/*.po` of the packages as one; each msgid stands in one of them (a test). A context goes before its word."""
    found: dict[str, str] = {}
    for package in packages:
        folder = Path(str(resources.files(package).joinpath("locale/zh")))
        for path in sorted(folder.glob("*.po")):
            with path.open("rb") as file:
                for message in read_po(file, locale="zh"):
                    if message.id and message.string and isinstance(message.id, str):
                        key = f"{message.context}:{message.id}" if message.context else message.id
                        found[key] = str(message.string)
    return Catalogue(found)
