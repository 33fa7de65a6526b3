"""Parser of SMS commands (rulebook §8): what a person asks for, in full or half width, Chinese or English. Pure.

The words stand in `hotline/phrases/vocabulary.toml`; a message is a word of the hotline where all of it is made of such
words, or where it begins with one that takes words of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from hotline.contacts import rating_words
from hotline.contacts.numbers_in_texts import NamedTicket, named_ticket, short_number_after
from hotline.phrases.autoreply import answers_itself
from hotline.phrases.flat_text import FlatText, flat_text, only_polite, own_words
from hotline.phrases.matching import kinds_of
from hotline.phrases.vocabulary import words

Kind = Literal["status", "add", "new", "rate", "stop", "start", "help", "blank", "thanks", "auto", "plain"]
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
#: Scores in words that say nothing beyond the score.
_PLAIN_SCORES = frozenset(
    {
        "非常满意",
        "满意",
        "基本满意",
        "一般",
        "不满意",
        "非常不满意",
        "satisfied",
        "very satisfied",
        "dissatisfied",
        "very dissatisfied",
    }
)
_ORDERS: tuple[Literal["stop", "start", "help"], ...] = ("stop", "start", "help")


@dataclass(frozen=True, slots=True)
class SmsCommand:
    """What an SMS asks the hotline for.

    `text`: words of the writer, as written. Of a rating: `score` 1–5, 0 where none can be read; `bare`: without a number,
    counted only when asked; `digit`: given as a digit, whose direction people mistake; `unclear`: the words say otherwise;
    `trouble`: the words tell of something that is not over; `otherwise`: what it is where nothing was asked.
    """

    kind: Kind
    number: str = ""
    code: str = ""
    text: str = ""
    score: int = 0
    bare: bool = False
    digit: bool = False
    unclear: bool = False
    trouble: bool = False
    otherwise: Kind = "help"


def read_command(message: str) -> SmsCommand:
    """What the message asks for; anything that is no word of the hotline is `plain` and kept whole."""
    whole = flat_text(message)
    if not whole.written:
        return SmsCommand("blank")
    if not whole.flat.strip():
        if stars := rating_words.by_stars(whole.written):
            return SmsCommand("rate", score=stars, bare=True)
        return SmsCommand("thanks" if only_polite(whole.written) else "plain", text=whole.written)
    if answers_itself(whole.flat):
        return SmsCommand("auto", text=whole.written)
    own = own_words(whole.flat)
    if not own:
        return _forwarded(whole)
    if own[0] in "?" and not own.strip("?! "):
        return SmsCommand("help")
    return (
        _with_words(whole, own)
        or (SmsCommand("thanks", text=whole.written) if rating_words.kindly(own) else None)
        or _ordered(_squeezed(own))
        or _rated(whole, own)
        or _status(_squeezed(own))
        or _addressed(whole, own)
        or SmsCommand("plain", text=whole.written)
    )


def _squeezed(own: str) -> str:
    """Without spaces between Chinese characters, which some keyboards write: 退 订."""
    return _BETWEEN.sub("", own)


def _forwarded(whole: FlatText) -> SmsCommand:
    """One of our own messages sent back: how that ticket stands, where it names one."""
    found = named_ticket(whole.flat.partition("】")[2] or whole.flat)
    if found.is_right:
        return SmsCommand("status", found.number, found.code)
    return SmsCommand("plain", text=whole.written)


def _prefix(own: str, kind: str) -> str:
    """The word of this kind that the message begins with; a Latin one is a whole word."""
    for word in sorted(words(kind), key=len, reverse=True):
        after = own[len(word) : len(word) + 1]
        if own.startswith(word) and not (word.isascii() and after.isascii() and after.isalpha()):
            return word
    return ""


def _with_words(whole: FlatText, own: str) -> SmsCommand | None:
    """Words of the hotline that take a number or words of the writer: 补充, 新增."""
    start = whole.flat.index(own)
    if word := _prefix(own, "adding"):
        found = named_ticket(own, shortest=6)
        place = next((w for w in found.places if w.kind == "number"), None)
        between = own[len(word) : place.start] if place else "x"
        if place and all(c in " ,:;.#。、" or c in "编号工单受理码单" for c in between):
            return SmsCommand("add", found.number, text=whole.since(start + rating_words.gap(own, place.end)))
    if word := _prefix(own, "opening"):
        rest = rating_words.gap(own, len(word))
        if rest >= len(own):
            return SmsCommand("blank")
        if rest > len(word) or (not own[rest].isascii() and own[rest] not in words("not_opening")):
            return SmsCommand("new", text=whole.since(start + _before_brackets(own, len(word), rest)))
    return None


def _before_brackets(own: str, after: int, rest: int) -> int:
    """Where words begin, with the bracket or quotation mark before them."""
    while rest > after and own[rest - 1] in '([{「『《"“#':
        rest -= 1
    return rest


def _ordered(own: str) -> SmsCommand | None:
    """Words of the hotline that stand alone, with what people add to them."""
    for kind in _ORDERS:
        found = kinds_of(own, kind, "around_order")
        if found and kind in found and "question" not in found:
            return SmsCommand(kind)
    found = kinds_of(own, "refusing", "messages", "around_order")
    return SmsCommand("stop") if found and {"refusing", "messages"} <= found and "question" not in found else None


def _rated(whole: FlatText, own: str) -> SmsCommand | None:
    """A rating, with its number or bare, and its words; `评价` with a number and words alone is an addition."""
    at, about, prefix = 0, NamedTicket(), _prefix(own, "rate")
    if prefix:
        at = rating_words.gap(own, len(prefix))
        about = named_ticket(own[at:], shortest=6)
        place = next((w for w in about.places if w.kind == "number"), None)
        if place and place.start == 0:
            at = rating_words.gap(own, at + place.end)
        else:
            about = NamedTicket()
    number = about.number
    found = rating_words.by_digit(own, at, certain=bool(number))
    if found is None and (by_word := rating_words.by_word(own[at:])) is not None:
        found = replace(by_word, rest=by_word.rest + at)
    found = found or rating_words.by_tail(own[at:])
    start = whole.flat.index(own)
    if found is not None:
        return _judged(whole, own, found, number, start)
    if prefix and len(own) - at <= 2:
        return SmsCommand("rate", number, bare=not number)
    if number:
        return SmsCommand("add", number, text=whole.since(start + at))
    return SmsCommand("help") if own[:1].isdigit() and not own[1:].strip(" ,.。!?~") else None


def _judged(whole: FlatText, own: str, found: rating_words.Scored, number: str, start: int) -> SmsCommand:
    """A score with words beside it: a rating; or, where the words contradict it or tell of trouble, one that somebody
    reads.
    """
    rest = own[found.rest :]
    beside = rest or found.lead
    other = rating_words.by_word(beside) if beside else None
    kind = bool(beside) and rating_words.kindly(beside)
    agrees = other is not None and other.rest >= len(rest) and min(found.score, other.score) >= 3
    opposed = other is not None and abs(other.score - found.score) >= 2
    troubled = rating_words.has_trouble(beside)
    grateful = kind or (rating_words.thanks_in(beside) and not troubled)
    unclear = found.digit and (opposed or (grateful and 1 <= found.score <= 2))
    trouble = bool(beside) and (found.score <= 2 or troubled) and not grateful and not agrees
    pleased = kind or ((other is not None or not found.lead) and found.score >= 3 and not trouble)
    begins = start + _before_brackets(own, 0, found.rest)
    text = "" if not rest else whole.since(begins) if found.digit else whole.written
    around = (found.lead if found.digit else "" if number else own).strip(" ,.。!~…")
    if around not in {"", *_PLAIN_SCORES}:
        text = whole.written
    otherwise: Kind = "help" if not beside else "thanks" if pleased and not unclear else "plain"
    return SmsCommand(
        "rate",
        number,
        text=text,
        score=found.score,
        bare=not number,
        digit=found.digit,
        unclear=unclear,
        trouble=trouble,
        otherwise=otherwise,
    )


def _status(own: str) -> SmsCommand | None:
    """Asking how a ticket stands: with words, with a number, or with both."""
    for shortest in (9, 6):
        found = named_ticket(own, shortest)
        kinds = kinds_of(own, "ask", "asked", "label", "around_ask", fixed=found.places)
        if kinds is None:
            continue
        if kinds & {"ask", "asked"} or (found.number and shortest == 9) or {"label", "code"} <= kinds:
            return SmsCommand("status", found.number, found.code)
    short = short_number_after(own, words("ask"))
    return SmsCommand("status", short) if short else None


def _addressed(whole: FlatText, own: str) -> SmsCommand | None:
    """Words with the number of a ticket are for that ticket."""
    found = named_ticket(own)
    return SmsCommand("add", found.number, text=whole.written) if found.is_right else None
