"""Filters of a list as SQL conditions, each served by an index. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.base.hooks import RunningClocks
from hotline.base.http.problem import BadField
from hotline.base.text.search_keys import pattern_of, wanted
from hotline.people.user import User
from hotline.ticket import Category, Channel, Role, State, Urgency
from hotline.tickets.as_left import HOLDS, MAY_HOLD

_DIGITS = re.compile(r"\d+")
#: How near the next due time is: passed already, or still to come within so long.
WITHIN = {"1h": timedelta(hours=1), "24h": timedelta(hours=24), "3d": timedelta(days=3)}
LATE = "late"
WHOSE = ("centre", "department")
_TOLD = "b.ticket_id = t.id AND b.at >= (SELECT max(r.submitted_at) FROM reply r WHERE r.ticket_id = t.id)"
#: What the centre does next with a ticket, and which tickets wait for it.
ACTS = {
    "dispatch": "t.state = 'received'",
    "rule": "t.state = 'returned'",
    "review": f"t.state = 'replied' AND NOT EXISTS (SELECT 1 FROM report_back b WHERE {_TOLD})",  # noqa: S608 - fixed words only
    "tell": f"t.state = 'replied' AND EXISTS (SELECT 1 FROM report_back b WHERE {_TOLD} AND b.failed_at IS NOT NULL AND b.told_at IS NULL)",  # noqa: S608 - fixed words only
    "follow_up": "t.state = 'told'",
    "file": "t.state IN ('followed_up', 'answered', 'declined', 'transferred', 'withdrawn', 'merged')",
}
_OF_LINE = "ANY((SELECT department_line(?))::int[])"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is narrowed to; empty values narrow nothing. `cursor`: where the page before ended.

    `act`: what the centre does next; `due`: `late` or a time within which something falls due, and then what is due first comes
    first; `whose` clocks; `clocks`: the view of the clocks that run (`Hooks.running_clocks`).
    """

    state: str = ""
    department: str = ""
    owner: str = ""
    q: str = ""
    person: int | None = None
    open_only: bool = False
    urgency: str = ""
    category: str = ""
    channel: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None
    due: str = ""
    whose: str = ""
    sort: str = ""
    clocks: RunningClocks | None = None
    now: datetime | None = None
    cursor: str = ""
    limit: int = 100

    @property
    def words(self) -> list[str]:
        """The words of `q`, ten at most."""
        return self.q.split()[:10]

    @property
    def by_due(self) -> bool:
        """Whether what is due first comes first."""
        return self.clocks is not None and (bool(self.due) or self.sort == "due")


@dataclass(slots=True)
class Needs:
    """Conditions and their values, in order."""

    where: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def need(self, condition: str, *given: object) -> None:
        """One more condition; `?` stands for each value."""
        self.where.append(self.put(condition, *given))

    def put(self, condition: str, *given: object) -> str:
        """A condition with its values numbered."""
        for value in given:
            self.values.append(value)
            condition = condition.replace("?", f"${len(self.values)}", 1)
        return condition

    @property
    def sql(self) -> str:
        """All of them, as the text of a WHERE."""
        return f" WHERE {' AND '.join(self.where)}" if self.where else ""


def conditions(user: User, wish: Wish) -> Needs:
    """The conditions of a list, among the rows that the user may see. Raises BadField for an unknown filter."""
    found = Needs(values=[user.department_id] if user.role is Role.LIAISON else [])  # `$1` of what it left
    _classes(found, wish)
    if wish.department:
        found.need(
            "t.department_id = ANY(ARRAY(SELECT id FROM department WHERE code = ? OR name = ?))",
            *[wish.department] * 2,
        )
    if wish.owner:
        found.need(
            "t.owner_id = ANY(ARRAY(SELECT id FROM app_user WHERE lower(name) = lower(?) OR shown_name = ?))",
            *[wish.owner] * 2,
        )
    if wish.person is not None:
        found.need("t.person_id = ?", wish.person)
    if wish.since is not None:
        found.need("t.received_at >= ?", wish.since)
    if wish.until is not None:
        found.need("t.received_at < ?", wish.until)
    for word in wish.words:
        _need_word(found, word, redacted=user.role is Role.LIAISON)
    if user.role is Role.LIAISON:
        found.need(
            f"EXISTS (SELECT 1 FROM assignment a WHERE a.ticket_id = t.id AND a.department_id = {_OF_LINE})"  # noqa: S608 - fixed words only
            f" AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = t.id AND h.department_id = {_OF_LINE})",
            *[user.department_id] * 2,
        )
    return found


def _classes(found: Needs, wish: Wish) -> None:
    """State, category, urgency, channel, and what comes next."""
    known: tuple[tuple[str, str, type[StrEnum]], ...] = (
        ("state", wish.state, State),
        ("urgency", wish.urgency, Urgency),
        ("category", wish.category, Category),
        ("channel", wish.channel, Channel),
    )
    for name, value, values in known:
        if not value:
            continue
        if value not in set(values):
            if name == "state":
                raise BadField("There is no state %(state)s.", field="state", state=value)
            raise BadField("%(where)s is not one of: %(choices)s.", field=name, where=name, choices=[*values])
        found.need(f"t.{name} = ?", value)
    if wish.act:
        if wish.act not in ACTS:
            raise BadField("%(where)s is not one of: %(choices)s.", field="act", where="act", choices=[*ACTS])
        found.need(f"t.filed_at IS NULL AND {ACTS[wish.act]}")
    elif wish.open_only:
        found.need("t.filed_at IS NULL")


def clock_conditions(found: Needs, user: User, wish: Wish, name: str) -> str:
    """Which running clocks count (`name`: their row): whose, of which department, due how soon. Raises BadField."""
    parts = ["true"]
    if wish.whose:
        if wish.whose not in WHOSE:
            raise BadField("%(where)s is not one of: %(choices)s.", field="whose", where="whose", choices=[*WHOSE])
        parts.append(found.put(f"{name}.whose = ?", wish.whose))
    if user.role is Role.LIAISON:
        parts.append(found.put(f"{name}.department_id = {_OF_LINE}", user.department_id))
    return " AND ".join(parts)


def due_nearness(found: Needs, wish: Wish) -> None:
    """How near the due time of the clock `c` lies. Raises BadField."""
    if not wish.due:
        return
    if wish.due == LATE:
        found.need("c.due_at < ?", wish.now)
        return
    if wish.due not in WITHIN or wish.now is None:
        raise BadField("%(where)s is not one of: %(choices)s.", field="due", where="due", choices=[LATE, *WITHIN])
    found.need("c.due_at >= ? AND c.due_at <= ?", wish.now, wish.now + WITHIN[wish.due])


def is_number_part(word: str) -> bool:
    """Whether a word may be a part of a ticket's number."""
    return _DIGITS.fullmatch(word) is not None


def _need_word(found: Needs, word: str, *, redacted: bool) -> None:
    """The word's bigrams by index, then a recheck of the order; digits also as a part of the number.

    `redacted`: as departments read it; what the centre left out of the words finds nothing there.
    """
    like = pattern_of(word)
    keys = wanted(word)
    inside = "SELECT ticket_id FROM ticket_text WHERE grams @> ?::text[] AND lower(normalize(text || chr(10) || place, NFKC)) LIKE ?"
    if redacted:
        number = " OR t.number LIKE ?" if is_number_part(word) else ""
        given = (keys, keys, like, like, *([like] if number else ()))
        found.need(f"({MAY_HOLD} AND {HOLDS}{number})", *given)
    elif is_number_part(word):
        found.need(f"t.id IN ({inside} UNION SELECT id FROM ticket WHERE number LIKE ?)", keys, like, like)  # noqa: S608 - fixed words only
    else:
        found.need(f"t.id IN ({inside})", keys, like)
