"""Versions of the policy: each change is a new version, effective from a moment; older tickets keep theirs (rulebook
§5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Missing
from hotline.people.store import audit
from hotline.people.user import User
from sla.clocks.table import RULED
from sla.policy import policy_sql
from sla.policy.rules import Base, Policy, PolicyRule
from sla.policy.store import policy_at


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule as it is to be; `amount` as in `sla.policy.rules.PolicyRule`, None: the clock does not run."""

    clock: str
    category: str
    urgency: str
    base: Base
    amount: int | None
    warn: int | None
    pausable: bool
    basis: str


def changed(policy: Policy, change: RuleChange) -> Policy:
    """The policy with the change in it. Raises BadField for a clock that no policy rules. Pure."""
    if change.clock not in RULED:
        raise BadField("There is no clock %(clock)s.", field="clock", clock=change.clock)
    whose = next(rule.whose for (clock, *_), rule in policy.rules.items() if clock == change.clock)
    rule = PolicyRule(change.base, change.amount, whose, change.warn, change.pausable, change.basis)
    return Policy(policy.version, {**policy.rules, (change.clock, change.category, change.urgency): rule})


async def _write(conn: Conn, change: RuleChange, rule: PolicyRule, effective_at: datetime) -> None:
    """The rule into each version that is in force from then on."""
    for version in await policy_sql.versions_since(conn, effective_at):
        await policy_sql.put_rule(
            conn,
            version,
            change.clock,
            change.category,
            change.urgency,
            rule.base,
            rule.amount,
            rule.whose,
            rule.warn,
            rule.pausable,
            rule.basis,
        )


async def put_rule(conn: Conn, user: User, change: RuleChange, effective_at: datetime, now: datetime) -> int:
    """Write the change into a version from `effective_at` on, and into those that are to come after it; returns the version.

    Raises BadField where it would be effective in the past: a ticket keeps the version it was opened under.
    """
    if effective_at < now:
        raise BadField("A policy takes effect from now on, not in the past.", field="effective_at")
    await policy_sql.lock_policies(conn)
    version = await policy_sql.version_from(conn, effective_at)
    before = await policy_at(conn, await policy_sql.version_at(conn, effective_at))
    rule = changed(before, change).rules[change.clock, change.category, change.urgency]
    if version is None:
        version = await policy_sql.new_version(conn, effective_at, now, user.actor, change.clock)
        await policy_sql.copy_rules(conn, version, before.version)
    await _write(conn, change, rule, effective_at)
    old = before.rules.get((change.clock, change.category, change.urgency))
    await audit(
        conn,
        user.actor,
        "policy",
        now,
        version=version,
        effective_at=effective_at.isoformat(),
        clock=change.clock,
        category=change.category,
        urgency=change.urgency,
        old=_said(old),
        new=_said(rule),
    )
    return int(version)


def _said(rule: PolicyRule | None) -> str:
    if rule is None:
        return "none"
    return f"{rule.amount} {rule.base} warn={rule.warn} pausable={rule.pausable}"


async def add_procedure(conn: Conn, user: User, matter: str, base: Base, amount: int, basis: str, now: datetime) -> int:
    """A matter with a statutory time of its own. Raises BadField where it has one already."""
    try:
        async with conn.transaction():
            made: int = await policy_sql.add_procedure(conn, matter, base, amount, basis, now)
    except asyncpg.UniqueViolationError as error:
        raise BadField(
            "%(matter)s has its procedure already: end that one first.", field="matter", matter=matter
        ) from error
    await audit(
        conn,
        user.actor,
        "procedure",
        now,
        procedure=made,
        matter=matter,
        amount=amount,
        base=base,
        basis=basis,
    )
    return made


async def end_procedure(conn: Conn, user: User, procedure: int, now: datetime) -> None:
    """A procedure is no longer given to tickets; those that follow it keep it. Raises Missing."""
    if await policy_sql.end_procedure(conn, procedure, now) is None:
        raise Missing("There is no such procedure in force.")
    await audit(conn, user.actor, "procedure_ended", now, procedure=procedure)
