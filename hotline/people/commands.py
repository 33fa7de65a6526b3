"""`user add`, `token add`."""

from __future__ import annotations

import secrets
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime, timedelta

from hotline.base.command import Command, CommandError, Runtime
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Problem
from hotline.ids import UserId
from hotline.people import passwords, people_sql
from hotline.people.departments import find_department
from hotline.people.sessions import token_hash
from hotline.people.store import add_user, audit
from hotline.people.user import tidy
from hotline.ticket import Role


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument("--department", help="code or exact name; for a liaison")


def _token_arguments(parser: ArgumentParser) -> None:
    _arguments(parser)
    parser.add_argument("--read-only", action="store_true", help="it may read, and change nothing")
    parser.add_argument("--days", type=int, metavar="N", help="it ends after so many days; without it, never")


def _user_arguments(parser: ArgumentParser) -> None:
    _arguments(parser)
    parser.add_argument("--leads", action="store_true", help="leads the department's task force")


async def add(args: Namespace, runtime: Runtime) -> int:
    """Make a user and print a one-time password."""
    password = passwords.one_time()
    hashed = await passwords.hashed(password)
    now = runtime.services.clock.now()
    try:
        async with runtime.pool.acquire() as conn, conn.transaction():
            await add_user(
                conn,
                args.name,
                args.role,
                now,
                department=args.department,
                leads=args.leads,
                password_hash=hashed,
            )
    except Problem as error:
        raise CommandError(str(error)) from error
    sys.stdout.write(f"{password}\n")
    return 0


async def add_token(args: Namespace, runtime: Runtime) -> int:
    """Make a token (and the user, if there is none) and print it alone."""
    token, now = secrets.token_urlsafe(32), runtime.services.clock.now()
    try:
        async with runtime.pool.acquire() as conn, conn.transaction():
            row = await people_sql.user_for_login(conn, tidy(args.name))
            if row is None:
                user = await add_user(conn, args.name, args.role, now, department=args.department)
                ident = user.id
            elif row.role != args.role:
                raise CommandError(f"{args.name} is a user with the role {row.role}, not {args.role}.")
            else:
                await _same_department(conn, row, args)
                ident = UserId(row.id)
            made = await people_sql.insert_token(conn, ident, token_hash(token), now)
            scope, until = "read" if args.read_only else "write", _end(args.days, now)
            await people_sql.limit_token(conn, made, scope, until)
            await audit(conn, "system", "token_added", now, user=ident, token=made, scope=scope, days=args.days)
    except Problem as error:
        raise CommandError(str(error)) from error
    sys.stdout.write(f"{token}\n")
    return 0


def _end(days: int | None, now: datetime) -> datetime | None:
    """When a token ends. Raises CommandError for no number of days."""
    if days is None:
        return None
    if not 1 <= days <= 3650:
        raise CommandError("--days is a number from 1 to 3650.")
    return now + timedelta(days=days)


async def _same_department(conn: Conn, row: people_sql.UserForLoginRow, args: Namespace) -> None:
    """Raises CommandError where the user that there is belongs to another department than the one named."""
    if not args.department:
        return
    named = await find_department(conn, args.department)
    if named.id != row.department_id:
        raise CommandError(f"{args.name} is not a user of {named.name}.")


COMMANDS = (
    Command("user add", "make a user; prints a one-time password", _user_arguments, add),
    Command("token add", "make an API token; prints it", _token_arguments, add_token),
)
