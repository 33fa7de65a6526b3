"""Sign-in names: normalized as people write them, with one kind of space and one middle dot. Pure."""

from __future__ import annotations

import re
import unicodedata

#: Letters, digits, `. @ -`, the middle dot of Mongolian names, a title in brackets; single spaces inside.
_FIT = re.compile(r"[\w.@·()-]+(?: [\w.@·()-]+)*")
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅･", "·"))
_SHORTEST, _LONGEST = 2, 40


def tidy_name(name: str) -> str:
    """A name as it is kept and looked for: half width, no character that nobody sees, wide spaces as single ones."""
    said = unicodedata.normalize("NFKC", name).translate(_DOTS)
    return " ".join("".join(c for c in said if unicodedata.category(c) != "Cf").split())


def is_fit_name(name: str) -> bool:
    """Whether a tidy name can be somebody's."""
    return _SHORTEST <= len(name) <= _LONGEST and _FIT.fullmatch(name) is not None
