"""Persons: found by the keyed hash of their phone, made when first seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from hotline.base.db.connection import Conn
from hotline.base.keys import Keys
from hotline.base.text.phones import Line, Phone
from hotline.ids import PersonId
from hotline.people import persons_sql

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True, slots=True)
class Person:
    """A person as messages need it; `number` is in clear and never logged."""

    id: PersonId
    number: str
    line: Line
    name: str
    language: str
    flags: tuple[str, ...]
    opted_out: bool

    @property
    def takes_sms(self) -> bool:
        """Whether the hotline may send an SMS of its own accord."""
        return self.has_sms and not self.opted_out

    @property
    def can_be_called(self) -> bool:
        """Whether there is a number to call."""
        return bool(self.number) and self.line in {"mobile", "landline", "unknown"}

    @property
    def has_sms(self) -> bool:
        """Whether an SMS can reach this number; an answer to one's own message goes out even after STOP."""
        return Phone(self.number, self.line).takes_sms and bool(self.number)


def language_of(text: str) -> str:
    """The language a message seems to be in: Chinese unless it has Latin words and no Chinese character."""
    return "en" if not _HAN.search(text) and _LATIN.search(text) else "zh"


async def ensure_persons(conn: Conn, keys: Keys, phones: Mapping[Phone, str], now: datetime) -> dict[Phone, PersonId]:
    """Find or make the person of each phone that has a number; `phones` maps each to the language it wrote in.

    Phones are locked in hash order, so that batches that meet the same new phones do not block each other for ever.
    """
    hashes = {keys.hash(phone.number): phone for phone in phones if phone.number}
    if not hashes:
        return {}
    rows = await persons_sql.persons_by_phone(conn, list(hashes))
    found = {bytes(row.phone_hash): row.id for row in rows}
    new = sorted(h for h in hashes if h not in found)
    if new:
        await persons_sql.add_persons(
            conn,
            new,
            [keys.encrypt(hashes[h].number) for h in new],
            [hashes[h].line for h in new],
            [phones[hashes[h]] for h in new],
            now,
        )
        rows = await persons_sql.persons_by_phone(conn, new)
        found |= {bytes(row.phone_hash): row.id for row in rows}
    return {phone: PersonId(found[h]) for h, phone in hashes.items()}


async def load_person(conn: Conn, keys: Keys, person: PersonId | None) -> Person | None:
    """A person with number and name in clear; None where there is none or it was erased."""
    return (await load_persons(conn, keys, [person])).get(person) if person is not None else None


async def load_persons(conn: Conn, keys: Keys, ids: Sequence[PersonId]) -> dict[PersonId, Person]:
    """Persons by id; erased ones are left out."""
    rows = await persons_sql.persons(conn, list(ids)) if ids else []
    return {
        PersonId(row.id): Person(
            PersonId(row.id),
            keys.decrypt(row.phone_enc) if row.phone_enc else "",
            cast(Line, row.line),
            keys.decrypt(row.name_enc) if row.name_enc else "",
            row.language,
            tuple(row.flags),
            row.opted_out_at is not None,
        )
        for row in rows
    }


async def make_named_persons(conn: Conn, keys: Keys, names: Sequence[str], now: datetime) -> list[PersonId]:
    """Make persons known by name only (filed for by another)."""
    made = [await persons_sql.add_person(conn, "none", keys.encrypt(name), "zh", now) for name in names]
    return [PersonId(i) for i in made]


async def with_phone(conn: Conn, keys: Keys, number: str) -> PersonId | None:
    """The person with this number, if the hotline knows one."""
    row = await persons_sql.person_by_hash(conn, keys.hash(number)) if number else None
    return PersonId(row.id) if row is not None else None


async def set_flags(conn: Conn, person: PersonId, flags: Collection[str]) -> None:
    """Store what the operator learned of a person: a minor, hard of hearing, …"""
    await persons_sql.set_flags(conn, person, sorted(set(flags)))


async def opt_out(conn: Conn, person: PersonId | None, at: datetime | None) -> None:
    """The person wants no SMS from now on; with None: wants them again."""
    await persons_sql.opt_out(conn, person, at)


async def opted_out_at_carrier(conn: Conn, messages: Sequence[int], now: datetime) -> None:
    """The recipients of these messages want no SMS, as if they had told us: from now on they are called (rulebook §8)."""
    await persons_sql.opt_out_recipients(conn, list(messages), now)
