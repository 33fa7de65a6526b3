"""Redactions: the words that departments read in place of the person's own, written by the centre; the original is kept
(rulebook §8).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from hotline.base.http.problem import BadField, Missing
from hotline.base.text.search_keys import grams
from hotline.contacts.opening import digest
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields
from hotline.tickets import store
from hotline.tickets.tipoffs import tipoffs_sql


class RedactionBody(Fields):
    """What departments read from now on, on pages, by search, in documents; the person's own words stay for the centre."""

    text: Required
    place: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="The place as departments read it; left out: as it is."
    )
    seq: int | None = Field(
        default=None,
        description="The event of an addition, where those words are meant and not the matter itself.",
    )
    files: bool = Field(default=False, description="Whether departments see the files that were not theirs.")


async def redact(context: MoveContext, body: RedactionBody) -> Mapping[str, object]:
    """Write what departments read; of several the later counts. Additions that come afterwards wait for their own."""
    seq = body.seq or 0
    if seq:
        if body.place is not None or body.files:
            raise BadField("An addition has words alone.", field="seq")
        if not await tipoffs_sql.is_addition(context.conn, context.ticket.id, seq):
            raise Missing("There is no addition %(item)s.", item=seq)
    words = (await store.words(context.conn, [context.ticket.id])).get(context.ticket.id)
    if words is None:
        raise Missing("The words of ticket %(number)s were erased.", number=context.ticket.number)
    place = (words.place if body.place is None else body.place) if not seq else ""
    await tipoffs_sql.redact(
        context.conn,
        context.ticket.id,
        seq,
        body.text,
        place,
        list(grams(f"{body.text}\n{place}")),
        body.files,
        context.user.actor,
        context.now,
    )
    await context.publish(
        "redacted",
        seq=seq,
        words=digest(context.services, context.ticket.id, f"{body.text}\n{place}"),
        files=body.files,
    )
    return {"text": body.text, "place": place, "seq": seq or None}


MOVES = (Move("redactions", RedactionBody, Who.CENTRE, redact, "Write the words that departments read"),)
