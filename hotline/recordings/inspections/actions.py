"""What people do about inspections: draw a sample, inspect, object, decide, change the form, let an operator inspect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.moves.dispatches import Required
from hotline.people.actions import Action, ActionContext, Fields, NoFields
from hotline.people.roles import CENTRE, MANAGERS, WORKERS
from hotline.people.store import audit
from hotline.recordings.inspections import inspections_sql, judging, judging_sql
from hotline.recordings.inspections.samples import PER_SUBJECT, draw_sample, week_of
from hotline.recordings.inspections.scores import Criteria, Criterion


class SampleBody(Fields):
    """Of which week (its Monday; absent: last week), how many of each operator or department, and by which seed (absent: a random one)."""

    kind: Literal["call", "reply"]
    week: date | None = None
    per_subject: Annotated[int, Field(ge=1, le=50)] = PER_SUBJECT
    seed: Annotated[str, Field(min_length=4, max_length=80)] | None = None


async def perform_draw(context: ActionContext, body: SampleBody) -> Mapping[str, object]:
    """Draw a week's sample."""
    today = context.now.astimezone(context.services.settings.zone).date()
    week = body.week or week_of(today) - timedelta(days=7)
    made = await draw_sample(
        context.conn,
        context.services,
        context.user.actor,
        body.kind,
        week,
        body.per_subject,
        context.now,
        seed=body.seed,
    )
    if made is None:
        raise Illegal("There is nothing to draw from in this week.")
    return {"sample": made}


class MarksBody(Fields):
    """The points of each criterion by its code, and in words why some are missing."""

    marks: dict[str, int]
    remark: str = ""


async def perform_inspect(context: ActionContext, values: Mapping[str, Any]) -> Mapping[str, object]:
    """Give the marks."""
    ident = context.named()
    return {
        "item": ident,
        "score": await judging.inspect(context.conn, context.services, context.user, ident, values, context.now),
    }


class InspectionObjectionBody(Fields):
    """Why the marks are wrong."""

    reason: Required


async def perform_object(context: ActionContext, body: InspectionObjectionBody) -> Mapping[str, object]:
    """Object."""
    await judging.object_to(context.conn, context.user, context.named(), body.reason, context.now)
    return {"item": context.named()}


class InspectionDecisionBody(Fields):
    """Whether the objection is upheld, why, and the score that is right then."""

    upheld: bool
    reason: Required
    score: Annotated[int, Field(ge=0, le=100)] | None = None


async def perform_decide(context: ActionContext, body: InspectionDecisionBody) -> Mapping[str, object]:
    """Decide an objection."""
    ident = context.named()
    await judging.decide(context.conn, context.user, ident, body.upheld, body.reason, body.score, context.now)
    return {"item": ident}


class InspectionFormBody(Fields):
    """The criteria of the next version, or a line for each: `code points title`."""

    kind: Literal["call", "reply"]
    criteria: list[Criterion] | None = None
    lines: str = ""


def criteria_in(body: InspectionFormBody) -> Criteria:
    """The criteria of a new form. Raises BadField."""
    field = "lines" if body.criteria is None else "criteria"
    given: list[Mapping[str, object]] = [criterion.model_dump() for criterion in body.criteria or ()]
    if body.criteria is None:
        for line in filter(None, map(str.strip, body.lines.splitlines())):
            code, points, title = (*line.split(None, 2), "", "", "")[:3]
            given.append({"code": code, "points": points, "title": title})
    try:
        return Criteria.model_validate({"criteria": given})
    except ValidationError as error:
        raise BadField(
            "Each line needs a code, points and a title; the codes differ, the points come to 100.", field=field
        ) from error


async def perform_form(context: ActionContext, body: InspectionFormBody) -> Mapping[str, object]:
    """Make the next version of a form; samples that were drawn keep theirs."""
    found = [criterion.model_dump() for criterion in criteria_in(body).criteria]
    version = (await inspections_sql.newest_form(context.conn, body.kind)).version + 1
    if await inspections_sql.insert_form(context.conn, body.kind, version, found, context.user.id, context.now) is None:
        raise Illegal("Somebody else changed this meanwhile: reload the page.")
    await audit(context.conn, context.user.actor, "inspection_form", context.now, of=body.kind, version=version)
    return {"kind": body.kind, "version": version}


class InspectorBody(Fields):
    """An operator, by the name of the account."""

    name: Required


async def perform_let(context: ActionContext, body: InspectorBody) -> Mapping[str, object]:
    """Let an operator inspect calls of others."""
    ident = await judging_sql.operator_named(context.conn, body.name)
    if ident is None:
        raise BadField("There is no operator %(name)s.", field="name", name=body.name)
    await judging_sql.insert_inspector(context.conn, ident, context.user.id, context.now)
    await audit(context.conn, context.user.actor, "inspector_let", context.now, user=ident)
    return {"user": ident}


async def perform_end(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """An operator inspects no more."""
    if not await judging_sql.remove_inspector(context.conn, context.named()):
        raise Missing("There is no inspector %(item)s.", item=context.named())
    await audit(context.conn, context.user.actor, "inspector_ended", context.now, user=context.named())
    return {"user": context.named()}


def _action(path: str, perform: Any, body: Any, summary: str, **more: Any) -> Action:
    return Action(path=path, page=f"/{path}", perform=perform, body=body, summary=summary, tag="inspections", **more)


_INSPECTED = "the operator of the call; a liaison of the department of the reply"
_DECIDES = "a manager who neither inspected nor is inspected"
_INSPECTS = "managers and operators who were let inspect; never what is one's own"
ACTIONS = (
    _action(
        "inspections/samples",
        perform_draw,
        SampleBody,
        "Draw a week's sample by a seed that goes on record",
        roles=MANAGERS,
        back="/inspections/samples/{sample}",
        form_on="/inspections",
        digits=0,
    ),
    _action(
        "inspections/forms",
        perform_form,
        InspectionFormBody,
        "The next version of the form by which calls or replies are inspected",
        roles=MANAGERS,
        back="/inspections/forms",
        digits=0,
    ),
    _action(
        "inspections/inspectors",
        perform_let,
        InspectorBody,
        "Let an operator inspect",
        roles=MANAGERS,
        back="/inspections/forms",
        digits=0,
    ),
    _action(
        "inspections/inspectors/{item}/ends",
        perform_end,
        NoFields,
        "An operator inspects no more",
        roles=MANAGERS,
        back="/inspections/forms",
    ),
    _action(
        "inspections/{item}/marks",
        perform_inspect,
        MarksBody,
        "Give the points of each criterion",
        roles=CENTRE,
        rule=_INSPECTS,
        back="/inspections",
        form_on="/inspections/{item}",
        checks=False,
        digits=17,
    ),
    _action(
        "inspections/{item}/objections",
        perform_object,
        InspectionObjectionBody,
        "Object to an inspection, until the close of the third working day",
        roles=WORKERS,
        rule=_INSPECTED,
        back="/inspections/{item}",
        digits=17,
    ),
    _action(
        "inspections/{item}/decisions",
        perform_decide,
        InspectionDecisionBody,
        "Decide an objection",
        roles=MANAGERS,
        rule=_DECIDES,
        back="/inspections/{item}",
        digits=17,
    ),
)
