"""Normalization of a message for comparing, with the positions of the original text. Pure.

Full width is half, capitals are small, traditional characters are simplified, invisible characters and pictures are gone;
quotations of our own messages, signatures in brackets and what a mail program adds are no words of the writer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hotline.phrases.vocabulary import SIMPLE

#: Categories of characters that say nothing in words: pictures, modifiers, invisible ones, halves, unknown ones.
_NOTHING = frozenset({"So", "Sk", "Cf", "Cs", "Cn", "Mn", "Me"})
#: Pictures that say no more than thank you.
POLITE = frozenset("👍🙏👌🌹💐❤😊🤝👏\ufe0f\u200d \U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
#: What begins a quotation: a mark of a mail or telephone program, or the head of one of our own messages.
_QUOTED = re.compile(
    r"(?:^|(?<=\s))(?:>|-{3,}\s*(?:original|原)|(?:原文|原短信|原信息|引用)\s*[::]|on .{5,60}wrote\s*:)"
    r"|[「\"“]?[\[【]\s*(?=[\d-]*\d{3})[\d-]{3,14}\s*[\]】]"
)
_SIGNED = re.compile(
    r"^\s*(?:【[^】]{1,20}】|\[[^\]]{1,20}\]|〔[^〕]{1,20}〕)\s*|\s*(?:【[^】]{1,20}】|(?:sent from my|发自|来自)\s?(?:我的)?\s?[a-z0-9 ]{2,20})\s*$"
)


@dataclass(frozen=True, slots=True)
class FlatText:
    """`flat`: the message for comparing; `origin[i]`: where in `written` its i-th character stands; one more for the end."""

    written: str
    flat: str
    origin: tuple[int, ...]

    def since(self, at: int) -> str:
        """What was written from the `at`-th character of `flat` on, as it was written, with pictures just before it."""
        return without_blanks(self.written[self.origin[at - 1] + 1 if at else 0 :])


def without_blanks(text: str) -> str:
    """Without spaces and invisible characters around."""
    return text.strip().strip("\u3000\u200b\u200e\u200f\ufeff\x00").strip()


def flat_text(message: str) -> FlatText:
    """The whole message, for comparing."""
    written = without_blanks(message)
    flat: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(written):
        if unicodedata.category(char) in _NOTHING:
            continue
        for folded in unicodedata.normalize("NFKC", char).lower():
            plain = SIMPLE.get(folded, folded)
            if plain.isspace() or unicodedata.category(plain) == "Cc":
                if flat and flat[-1] == " ":
                    continue
                plain = " "
            flat.append(plain)
            origin.append(at)
    return FlatText(written, "".join(flat), (*origin, len(written)))


def own_words(flat: str) -> str:
    """The writer's own words of a flat message: without a quotation behind, without signatures; empty where all is quoted."""
    found = _QUOTED.search(flat)
    text = flat[: found.start()] if found else flat
    while (less := _SIGNED.sub("", text)) != text:
        text = less
    return text.strip()


def only_polite(text: str) -> bool:
    """Whether a text is nothing but pictures that say thank you."""
    return bool(text) and set(text) <= POLITE
