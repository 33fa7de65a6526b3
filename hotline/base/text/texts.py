"""The templates of outgoing SMS and voice texts, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from hotline.base.i18n import Named


@dataclass(frozen=True, slots=True)
class Texts:
    """Templates by language and name; `say` fills one. A name missing in a language falls back to Chinese."""

    by_language: Mapping[str, Mapping[str, str]]

    def say(self, name: str, language: str = "zh", **values: object) -> str:
        """The text `name` in `language`; departments among the values by their name in it.

        Raises KeyError for an unknown name or a missing value.
        """
        template = self.by_language.get(language, {}).get(name) or self.by_language["zh"][name]
        said = {k: v.named(language) if isinstance(v, Named) else v for k, v in values.items()}
        return template.format(**said)


def load_texts(package: str = "hotline", folder: str = "texts") -> Texts:
    """The texts shipped with the program (`zh.toml`, `en.toml`)."""
    root = resources.files(package).joinpath(folder)
    return Texts(
        {language: tomllib.loads(root.joinpath(f"{language}.toml").read_text("utf-8")) for language in ("zh", "en")}
    )
