"""The policy as a page: rules, a rule's form with its preview as a sentence, versions, statutory procedures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField, Missing, Problem
from hotline.base.http.rendering import language_of, page, t
from hotline.base.http.requests import fields, now_of, pool_of, read_int, read_moment, see_other, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.text.spoken_time import spoken_time
from hotline.people.actions import Action, ActionContext, NoFields, action_routes
from hotline.people.roles import ADMINS, OVERSIGHT
from hotline.people.sessions import user_of
from hotline.ticket import Category, Urgency
from sla.clocks.table import RULED
from sla.policy import policy_sql
from sla.policy.rules import Policy, PolicyRule, due
from sla.policy.store import load_calendar, policy_at, unpublished
from sla.policy.versions import RuleChange, add_procedure, changed, end_procedure, put_rule

READERS = OVERSIGHT | ADMINS
Unit = Literal["minutes", "hours", "days", "working_hours", "working_days"]
_SECONDS = {"minutes": 60, "hours": 3600, "days": 86400, "working_hours": 3600}


class RuleForm(BaseModel):
    """A rule as the form has it; no amount: the clock does not run."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    clock: str
    category: Literal["*", "inquiry", "help", "complaint", "tipoff", "suggestion", "praise"]
    urgency: Literal["*", "critical", "urgent", "normal"]
    amount: Annotated[int, Field(ge=1, le=10_000)] | None = None
    unit: Unit
    warn: Annotated[int, Field(ge=1, le=99)] | None = None
    pausable: bool = False
    basis: Annotated[str, StringConstraints(max_length=200)] = ""
    effective_at: str = ""
    save: bool = False

    def change(self) -> RuleChange:
        """The form as a change of the policy. Raises BadField."""
        base = self.unit if self.unit in {"working_days", "working_hours"} else "24h"
        amount = self.amount if self.amount is None or base == "working_days" else self.amount * _SECONDS[self.unit]
        if self.pausable and base != "working_days":
            raise BadField("Only what is counted in working days can be paused.", field="pausable")
        return RuleChange(self.clock, self.category, self.urgency, base, amount, self.warn, self.pausable, self.basis)


class ProcedureForm(BaseModel):
    """A matter with a statutory time."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    matter: Annotated[str, StringConstraints(min_length=2, max_length=200)]
    amount: Annotated[int, Field(ge=1, le=1000)]
    unit: Literal["days", "working_days"] = "working_days"
    basis: Annotated[str, StringConstraints(min_length=2, max_length=200)]


def unit_of(rule: PolicyRule) -> tuple[int | None, str]:
    """A budget in the unit that people use: (2, `hours`). Pure."""
    if rule.amount is None or rule.base == "working_days":
        return rule.amount, "working_days"
    if rule.base == "working_hours":
        return rule.amount // 3600, "working_hours"
    for unit in ("days", "hours"):
        if rule.amount % _SECONDS[unit] == 0:
            return rule.amount // _SECONDS[unit], unit
    return rule.amount // 60, "minutes"


def next_friday(now: datetime, zone: object) -> datetime:
    """The coming Friday 16:50, ten minutes before the close. Pure."""
    local = now.astimezone(zone)  # type: ignore[arg-type]
    at = datetime.combine(local.date() + timedelta(days=(4 - local.weekday()) % 7), time(16, 50), local.tzinfo)
    return at if at > local else at + timedelta(days=7)


async def policy_page(request: web.Request) -> web.StreamResponse:
    """The rules of a version: by default the one in force."""
    now = now_of(request)
    async with pool_of(request).acquire() as conn:
        versions = await policy_sql.versions(conn)
        present = await policy_sql.version_at(conn, now)
        wanted = read_int(request.query.get("version", ""), 9)
        wanted = present if wanted is None else wanted
        if wanted not in {v.version for v in versions}:
            raise Missing("There is no such version of the policy.")
        policy = await policy_at(conn, wanted)
        procedures = await policy_sql.procedures(conn)
    order = {name: place for place, name in enumerate((*RULED, "*", *Category, *Urgency))}
    rows = [
        {"clock": clock, "category": category, "urgency": urgency, "rule": rule, "time": unit_of(rule)}
        for (clock, category, urgency), rule in sorted(
            policy.rules.items(), key=lambda r: [order[name] for name in r[0]]
        )
    ]
    return page(
        request, "policy/page.html", rows=rows, versions=versions, present=present, wanted=wanted, procedures=procedures
    )


async def rule_page(request: web.Request) -> web.StreamResponse:
    """The form of one rule, as it stands."""
    key = tuple(request.query.get(name, "*") for name in ("clock", "category", "urgency"))
    async with pool_of(request).acquire() as conn:
        policy = await policy_at(conn, await policy_sql.version_at(conn, now_of(request)))
    rule = policy.rules.get(key) or policy.rule(*key)  # type: ignore[arg-type]
    if key[0] not in RULED:
        raise Missing("There is no such clock.")
    shown = rule or PolicyRule("working_days", None, "none")
    amount, unit = unit_of(shown)
    values = {
        "clock": key[0],
        "category": key[1],
        "urgency": key[2],
        "amount": amount or "",
        "unit": unit,
        "warn": shown.warn or "",
        "pausable": shown.pausable,
        "basis": shown.basis,
        "effective_at": "",
    }
    return page(request, "policy/rule.html", form=values, sentence="", note="", problem="")


async def post_rule(request: web.Request) -> web.StreamResponse:
    """First the preview as a sentence; with `save` the change is made."""
    now, user, raw = now_of(request), user_of(request), await fields(request)
    sentence = note = problem = ""
    status = 200
    try:
        body = checked(RuleForm, dict(raw))
        at = (
            read_moment(services_of(request).settings.zone, body.effective_at, field="effective_at")
            if body.effective_at
            else now
        )
        async with pool_of(request).acquire() as conn, conn.transaction():
            if body.save:
                await put_rule(conn, user, body.change(), at, now)
            else:
                sentence, note = await _preview(request, conn, body, now)
    except Problem as error:
        problem, status = t(request, error.message, **error.params), error.status
    else:
        if body.save:
            raise see_other("/admin/policy")
    form = {name: raw.get(name, "") for name in RuleForm.model_fields}
    form["pausable"] = str(raw.get("pausable", "")) in {"true", "on", "1"}
    return page(request, "policy/rule.html", status=status, form=form, sentence=sentence, note=note, problem=problem)


async def _preview(request: web.Request, conn: object, body: RuleForm, now: datetime) -> tuple[str, str]:
    """“A complaint received on Friday 16:50 would be due …”, beside what is in force; and years that are not published."""
    zone, language = services_of(request).settings.zone, language_of(request)
    start = next_friday(now, zone)
    calendar = await load_calendar(conn, zone, start)
    before = await policy_at(conn, await policy_sql.version_at(conn, now))
    category = "complaint" if body.category == "*" else body.category
    urgency = "normal" if body.urgency == "*" else body.urgency
    after = changed(before, body.change())

    def words(policy: Policy) -> str:
        rule = policy.rule(body.clock, category, urgency)
        return spoken_time(due(rule, start, calendar), now, zone, language) if rule else t(request, "no clock")

    sentence = t(
        request,
        "A %(category)s (%(urgency)s) that came on %(at)s would be due by %(due)s; by the policy in force: %(before)s.",
        category=category,
        urgency=urgency,
        at=spoken_time(start, now, zone, language),
        due=words(after),
        before=words(before),
    )
    years = await unpublished(conn, start.year, (start + timedelta(days=60)).year)
    note = t(
        request,
        "The holidays of %(years)s are not published yet; weekends alone were counted.",
        years=", ".join(map(str, years)),
    )
    return sentence, note if years else ""


async def _add_procedure(context: ActionContext, body: ProcedureForm) -> Mapping[str, object]:
    """A statutory procedure is added."""
    base, amount = ("working_days", body.amount) if body.unit == "working_days" else ("24h", body.amount * 86400)
    await add_procedure(context.conn, context.user, body.matter, base, amount, body.basis, context.now)  # type: ignore[arg-type]
    return {}


async def _end_procedure(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """A statutory procedure ends."""
    await end_procedure(context.conn, context.user, context.named(), context.now)
    return {}


ACTIONS = (
    Action(
        page="/admin/policy/procedures",
        back="/admin/policy#procedures",
        form_on="/admin/policy",
        summary="Add a statutory procedure",
        roles=ADMINS,
        body=ProcedureForm,
        perform=_add_procedure,
    ),
    Action(
        page="/admin/policy/procedures/{procedure}/end",
        back="/admin/policy#procedures",
        form_on="/admin/policy",
        summary="End a statutory procedure",
        roles=ADMINS,
        perform=_end_procedure,
    ),
)
ROUTES = (
    Route(method="GET", path="/admin/policy", handler=policy_page, summary="Times and their versions", roles=READERS),
    Route(method="GET", path="/admin/policy/rule", handler=rule_page, summary="One rule", roles=ADMINS),
    Route(
        method="POST",
        path="/admin/policy/rule",
        handler=post_rule,
        summary="Preview or change a rule",
        roles=ADMINS,
        body=RuleForm,
    ),
    *action_routes(ACTIONS),
)
MENU = (Entry(path="/admin/policy", title="Times", roles=ADMINS),)
