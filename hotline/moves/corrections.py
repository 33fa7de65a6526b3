"""Corrections, additions, files, named units and reveals of a ticket (rulebook §§2, 8)."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from PIL import Image, ImageOps, UnidentifiedImageError
from pydantic import StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.problem import BadField, Forbidden, Illegal
from hotline.base.http.uploads import Upload
from hotline.base.services import Services
from hotline.base.text.search_keys import grams
from hotline.contacts.opening import digest
from hotline.ids import TicketId
from hotline.moves import moves_sql
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields
from hotline.people.departments import find_department
from hotline.people.persons import load_person
from hotline.ticket import Category, Role, Urgency, may_set_urgency
from hotline.tickets import store, tickets_sql
from hotline.tickets.tipoffs import tipoffs_sql
from hotline.tickets.tipoffs.protection import protect, protection
from hotline.tickets.tipoffs.take_back import mark_named_units, take_back

LARGEST = 10_000_000
_EDGE, _PIXELS = 4096, 60_000_000
#: What may be attached: by what the bytes say, never by the name alone.
_SIGNS = {b"%PDF-": "application/pdf"}
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"})


class CorrectionBody(Fields):
    """What is put right; what is left out stays. `reason`: why, which the notice prints where the urgency is lowered."""

    category: Category | None = None
    urgency: Urgency | None = None
    place: Annotated[str, StringConstraints(max_length=200)] | None = None
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class AdditionBody(Fields):
    """What the person, the centre or the department adds."""

    text: Required


class NamedUnitsBody(Fields):
    """The unit that a tipoff is about, by code or exact name; `named` false: it is not."""

    department: Required
    named: bool = True


class ProtectionLiftBody(Fields):
    """Why it is no tipoff."""

    reason: Required


class FileBody(Upload):
    """A photograph (JPEG, PNG, WebP) or a PDF, at most 10 MB."""

    name: Annotated[str, StringConstraints(max_length=200)]


class RevealBody(Fields):
    """Which masked field, and why."""

    field: Literal["phone", "name", "concerned"]
    reason: Required


async def correct(context: MoveContext, body: CorrectionBody) -> Mapping[str, object]:
    """Put category, urgency or place right. Anyone raises an urgency, a department nothing else; only a manager lowers it.

    What becomes a tipoff becomes confidential, and stays so whatever it is corrected to later.
    """
    ticket = context.ticket
    category, urgency = body.category or ticket.category, body.urgency or ticket.urgency
    if not may_set_urgency(ticket.urgency, urgency, manager=context.user.role is Role.MANAGER):
        raise Forbidden("Only a manager lowers an urgency.")
    if context.user.role is Role.LIAISON and (body.category or body.place is not None):
        raise Forbidden("A department raises the urgency; category and place are the centre's to correct.")
    changes: dict[str, object] = {}
    if category is not ticket.category:
        changes["category"] = [ticket.category, category]
    if urgency is not ticket.urgency:
        changes["urgency"] = [ticket.urgency, urgency]
    secret = ticket.confidential or category is Category.TIPOFF
    if secret is not ticket.confidential:
        changes["confidential"] = [ticket.confidential, secret]
    if body.place is not None:
        words = (await store.words(context.conn, [ticket.id])).get(ticket.id)
        text = words.text if words else ""
        if words is None or words.place != body.place:
            await tickets_sql.set_words(context.conn, ticket.id, text, body.place, list(grams(f"{text}\n{body.place}")))
            changes["place"] = digest(context.services, ticket.id, body.place)
    if not changes:
        raise BadField("Nothing is different: give category, urgency or place.", field="category")
    await tickets_sql.set_class(context.conn, ticket.id, category, urgency, secret)
    event = await context.publish("corrected", **changes)
    if body.reason:
        await store.add_note(context.conn, ticket.id, event.seq, "reason", body.reason)
    if category is Category.TIPOFF:
        await protect(context.conn, {ticket.id: "category"}, context.now)
    if await protection(context.conn, ticket.id) is not None:
        await _hide(context)
    return {"category": category, "urgency": urgency, "place": body.place}


async def _hide(context: MoveContext) -> None:
    """What is treated as a tipoff is hidden from the units that it names; one of those that has it loses it at once."""
    text = await tipoffs_sql.all_words(context.conn, context.ticket.id) or ""
    await mark_named_units(context.conn, context.ticket, text, context.now)
    await take_back(context.conn, context.services, context.ticket, context.user.actor, context.now)


async def name_unit(context: MoveContext, body: NamedUnitsBody) -> Mapping[str, object]:
    """Mark a unit as named, or take a wrong mark away (a manager); what names a unit is treated as a tipoff."""
    if not body.named and context.user.role is not Role.MANAGER:
        raise Forbidden("Only a manager takes this mark away.")
    unit = await find_department(context.conn, body.department)
    if body.named:
        await protect(context.conn, {context.ticket.id: "desk"}, context.now)
    await tickets_sql.mark_unit(context.conn, context.ticket.id, unit.id, body.named, context.user.actor, context.now)
    await context.publish("unit_named", department=unit.id, named=body.named)
    await take_back(context.conn, context.services, context.ticket, context.user.actor, context.now)
    rows = await tickets_sql.named_units(context.conn, context.ticket.id)
    return {"hidden_from": [row.code for row in rows]}


async def add(context: MoveContext, body: AdditionBody) -> Mapping[str, object]:
    """Words that belong to the ticket; a filed ticket takes them too and stays filed."""
    await mark_named_units(
        context.conn, context.ticket, body.text, context.now, judged=context.user.role is not Role.LIAISON
    )
    event = await context.publish("added", words=digest(context.services, context.ticket.id, body.text))
    await store.add_note(context.conn, context.ticket.id, event.seq, "addition", body.text)
    await take_back(context.conn, context.services, context.ticket, context.user.actor, context.now)
    return {"seq": event.seq}


async def lift(context: MoveContext, body: ProtectionLiftBody) -> Mapping[str, object]:
    """It is treated as a tipoff no longer, with a reason: words that only read like one by the centre, all else by a manager."""
    why = await protection(context.conn, context.ticket.id)
    if why is None:
        raise Illegal("Ticket %(number)s is not protected as a tipoff.", number=context.ticket.number)
    if context.ticket.category is Category.TIPOFF:
        raise Illegal("It is a tipoff: correct its category first.")
    if why != "words" and context.user.role is not Role.MANAGER:
        raise Forbidden("Only a manager lifts the protection of a tipoff.")
    await tipoffs_sql.lift(context.conn, context.ticket.id, context.user.actor, context.now)
    event = await context.publish("protection_lifted", why=why)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    return {"protected": None}


async def attach(context: MoveContext, body: FileBody) -> Mapping[str, object]:
    """Keep a file; of photographs the pixels only (place and camera data are removed)."""
    media, content = await asyncio.to_thread(cleaned, body.content)
    name = body.name[:200] or "file"
    made = await keep_file(
        context.conn, context.services, context.ticket.id, name, media, content, context.user.actor, context.now
    )
    return {"attachment": made, "media_type": media, "size": len(content)}


async def keep_file(
    conn: Conn,
    services: Services,
    ticket: TicketId,
    name: str,
    media: str,
    content: bytes,
    actor: str,
    now: datetime,
) -> int:
    """A file that was cleaned becomes the ticket's, which is locked; returns its id."""
    digest = hashlib.sha256(content)
    made: int = await moves_sql.insert_attachment(
        conn, ticket, name, media, len(content), digest.digest(), content, actor, now
    )
    detail = {"attachment": made, "digest": digest.hexdigest(), "size": len(content)}
    await services.publish(conn, Draft(ticket, "attached", actor, detail), now)
    return made


def cleaned(content: bytes) -> tuple[str, bytes]:
    """Media type and content without EXIF. Raises BadField for what is empty, too large or not a picture or PDF."""
    if not content:
        raise BadField("The file is empty.", field="file")
    if len(content) > LARGEST:
        raise BadField("The file is larger than 10 MB.", field="file")
    for sign, media in _SIGNS.items():
        if content.startswith(sign):
            return media, content
    if _is_heic(content):
        raise BadField(
            "This photograph is in the HEIC format of newer telephones. Send a screenshot of it; or, on an iPhone, choose "
            "Settings, Camera, Formats, Most Compatible and take it again.",
            field="file",
        )
    try:
        with Image.open(io.BytesIO(content), formats=list(_FORMATS)) as image:
            if image.width * image.height > _PIXELS:
                raise BadField("The photograph has more than 60 million pixels.", field="file")
            # a picture of several (a burst, one with depth) is its first; to the reader it is a JPEG
            kind = "JPEG" if image.format == "MPO" else image.format or ""
            image.draft("RGB", (_EDGE, _EDGE))
            upright = ImageOps.exif_transpose(_in_full_colour(image))
            upright.thumbnail((_EDGE, _EDGE))
            out = io.BytesIO()
            if kind == "JPEG":
                upright.convert("RGB").save(out, "JPEG", quality=85)
            else:
                clean = Image.new(upright.mode, upright.size)
                clean.paste(upright)
                clean.save(out, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadField("The photograph has more than 60 million pixels.", field="file") from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise BadField("Only photographs (JPEG, PNG, WebP) and PDF files are kept.", field="file") from error
    return _FORMATS[kind], out.getvalue()


def _in_full_colour(image: Image.Image) -> Image.Image:
    """A picture whose points are numbers of a palette, as its colours: a copy of the points alone would lose them."""
    if image.mode not in {"P", "PA"}:
        return image
    return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")


def _is_heic(content: bytes) -> bool:
    """What iPhones write by default: an ISO media file whose brand is one of HEIF's."""
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC


async def reveal(context: MoveContext, body: RevealBody) -> Mapping[str, object]:
    """Show a masked field once; that it was shown stays on record."""
    event = await context.publish("revealed", field=body.field)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    whose = context.ticket.concerned_id if body.field == "concerned" else context.ticket.person_id
    person = await load_person(context.conn, context.services.keys, whose)
    value = "" if person is None else person.number if body.field == "phone" else person.name
    return {"field": body.field, "value": value}


MOVES = (
    Move("corrections", CorrectionBody, Who.WORKING, correct, "Correct category, urgency or place"),
    Move("additions", AdditionBody, Who.WORKING, add, "Add to the ticket"),
    Move("attachments", FileBody, Who.WORKING, attach, "Attach a file"),
    Move("named-units", NamedUnitsBody, Who.CENTRE, name_unit, "Say which unit a tipoff names"),
    Move("protection-lifts", ProtectionLiftBody, Who.CENTRE, lift, "It is no tipoff: treat it as any other"),
    Move("reveals", RevealBody, Who.CENTRE, reveal, "Reveal a masked field"),
)
