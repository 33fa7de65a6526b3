"""What a person is promised, and the sentence that says it (rulebook §§3, 8). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hotline.base.hooks import PromisedTimes
from hotline.base.text.spoken_time import dated_time
from hotline.base.text.texts import Texts
from hotline.ticket import Category, Urgency

#: result: we call with the answer by a time; query: nobody can be called, the answer is put up; urgent: somebody calls at once and
#: the place is made safe; thanks: praise is passed on; answered: it was on the spot; soon: policy names no time.
Kind = Literal["result", "query", "urgent", "thanks", "answered", "soon"]


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise. Times UTC; `due_at`: when the result is there, also where the sentence speaks of what is more urgent."""

    kind: Kind
    due_at: datetime | None = None
    call_by: datetime | None = None
    call_within: timedelta | None = None
    safe_by: datetime | None = None


ANSWERED = Promise("answered")


def promise_for(category: Category, urgency: Urgency, dues: PromisedTimes, *, reachable: bool) -> Promise:
    """What is promised of a matter. `reachable`: there is a number to call."""
    if category is Category.PRAISE:
        return Promise("thanks")
    call = dues.call if reachable else None
    if urgency is not Urgency.NORMAL and (call or dues.safe):
        return Promise("urgent", dues.result, call, dues.call_within if call else None, dues.safe)
    return promise_due_on(dues.result, reachable=reachable)


def promise_due_on(due_at: datetime | None, *, reachable: bool) -> Promise:
    """The answer by a time; where nobody can be called it is put up for query."""
    if due_at is None:
        return Promise("soon")
    return Promise("result" if reachable else "query", due_at)


def promise_sentence(promise: Promise, texts: Texts, zone: ZoneInfo, language: str) -> str:
    """The promise as it is spoken and written; every time in it has its date, so that it is right whenever it is repeated."""

    def say(name: str, **values: object) -> str:
        return texts.say(f"promise_{name}", language, **values)

    if promise.kind != "urgent":
        if promise.due_at is None:
            return say(promise.kind)
        return say(promise.kind, due=dated_time(promise.due_at, zone, language))
    parts = []
    if promise.call_by is not None:
        by = dated_time(promise.call_by, zone, language)
        within = promise.call_within
        parts.append(say("call", within=duration_words(within, language), by=by) if within else say("call_by", by=by))
    if promise.safe_by is not None:
        parts.append(say("safe", by=dated_time(promise.safe_by, zone, language)))
    return join_sentences(parts, language)


def join_sentences(sentences: list[str], language: str) -> str:
    """Sentences one after the other."""
    return ("" if language == "zh" else " ").join(s for s in sentences if s)


def duration_words(time: timedelta, language: str) -> str:
    """A length of time in whole hours or minutes: `30分钟`, `2小时`."""
    minutes = int(time / timedelta(minutes=1))
    if minutes % 60 == 0:
        hours = minutes // 60
        return f"{hours}小时" if language == "zh" else f"{hours} hour{'s' if hours != 1 else ''}"
    return f"{minutes}分钟" if language == "zh" else f"{minutes} minutes"
