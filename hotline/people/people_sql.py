"""The queries of people.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    execute_count,
    fetch_many,
    fetch_one,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
)
from hotline.ids import DepartmentId

SQL = queries(__package__, "people.sql")


class UserForLoginRow(TypedRow):
    """A row of `user_for_login`."""

    id: int
    name: str
    shown_name: str
    role: str
    department_id: DepartmentId | None
    leads: bool
    builtin: bool
    password_hash: str | None
    password_temporary: bool
    password_until: datetime | None
    failures: int
    locked_until: datetime | None
    phone_enc: bytes | None
    phone_hash: bytes | None
    phone_tested_at: datetime | None
    language: str
    made_at: datetime
    disabled_at: datetime | None


async def user_for_login(conn: Conn | Pool, name: str) -> UserForLoginRow | None:
    """A user by name, with what signing in needs."""
    return await fetch_one_or_none(conn, UserForLoginRow, SQL["user_for_login"], name)


async def user(conn: Conn | Pool, user: int) -> UserForLoginRow | None:
    """A user by id."""
    return await fetch_one_or_none(conn, UserForLoginRow, SQL["user"], user)


async def failed(conn: Conn | Pool, ident: int, now: datetime) -> None:
    """One more wrong password; from the fifth on the account waits, twice as long each time, an hour at most."""
    await execute(conn, SQL["failed"], ident, now)


async def succeeded(conn: Conn | Pool, ident: int) -> None:
    """The right password: earlier failures are forgotten."""
    await execute(conn, SQL["succeeded"], ident)


async def set_password(conn: Conn | Pool, user_id: int, password_hash: str) -> None:
    """A password that its user chose."""
    await execute(conn, SQL["set_password"], user_id, password_hash)


async def give_password(conn: Conn | Pool, user_id: int, password_hash: str, until: datetime) -> None:
    """A password that was given: it works once, until then, and must be changed."""
    await execute(conn, SQL["give_password"], user_id, password_hash, until)


async def use_given_password(conn: Conn | Pool, user_id: int, now: datetime) -> int | None:
    """A given password is used; nothing where it was used before or its time is over."""
    found: int | None = await fetch_value_or_none(conn, SQL["use_given_password"], user_id, now)
    return found


class DeviceRow(TypedRow):
    """A row of `device`."""

    token_hash: bytes
    locked_until: datetime | None


async def device(conn: Conn | Pool, token_hash: bytes, user_id: int) -> DeviceRow | None:
    """A browser in which a user signed in before."""
    return await fetch_one_or_none(conn, DeviceRow, SQL["device"], token_hash, user_id)


async def device_failed(conn: Conn | Pool, token_hash: bytes, now: datetime) -> None:
    """One more wrong password in a known browser; from the fifth on it waits, twice as long each time, an hour at most."""
    await execute(conn, SQL["device_failed"], token_hash, now)


async def know_device(conn: Conn | Pool, token_hash: bytes, user_id: int, now: datetime) -> None:
    """Somebody signed in here with the right password."""
    await execute(conn, SQL["know_device"], token_hash, user_id, now)


async def forget_devices(conn: Conn | Pool, until: datetime) -> int:
    """Browsers in which nobody signed in since then."""
    return await execute_count(conn, SQL["forget_devices"], until)


async def insert_user(
    conn: Conn | Pool,
    name: str,
    shown_name: str,
    role: str,
    department_id: int | None,
    leads: bool,
    password_hash: str | None,
    now: datetime,
) -> UserForLoginRow:
    """A new user."""
    return await fetch_one(
        conn, UserForLoginRow, SQL["insert_user"], name, shown_name, role, department_id, leads, password_hash, now
    )


async def set_own(conn: Conn | Pool, user_id: int, shown_name: str, language: str) -> None:
    """What users set for themselves."""
    await execute(conn, SQL["set_own"], user_id, shown_name, language)


async def set_phone(conn: Conn | Pool, user: int, phone_enc: bytes, phone_hash: bytes, now: datetime | None) -> None:
    """The number of a user; it counts from when it was tested."""
    await execute(conn, SQL["set_phone"], user, phone_enc, phone_hash, now)


class UsersWithPhoneRow(TypedRow):
    """A row of `users_with_phone`."""

    id: int
    shown_name: str
    phone_tested_at: datetime | None


async def users_with_phone(conn: Conn | Pool, phone_hash: bytes) -> list[UsersWithPhoneRow]:
    """Who else has this number."""
    return await fetch_many(conn, UsersWithPhoneRow, SQL["users_with_phone"], phone_hash)


async def insert_session(
    conn: Conn | Pool, token_hash: bytes, user_id: int, data: object, now: datetime, expires_at: datetime, agent: str
) -> None:
    """A signed-in browser."""
    await execute(conn, SQL["insert_session"], token_hash, user_id, data, now, expires_at, agent)


class SessionRow(TypedRow):
    """A row of `session`."""

    token_hash: bytes
    data: Any
    seen_at: datetime
    id: int
    name: str
    shown_name: str
    role: str
    department_id: DepartmentId | None
    leads: bool
    builtin: bool
    password_hash: str | None
    password_temporary: bool
    password_until: datetime | None
    failures: int
    locked_until: datetime | None
    phone_enc: bytes | None
    phone_hash: bytes | None
    phone_tested_at: datetime | None
    language: str
    made_at: datetime
    disabled_at: datetime | None


async def session(conn: Conn | Pool, token_hash: bytes, now: datetime) -> SessionRow | None:
    """An open session with its user."""
    return await fetch_one_or_none(conn, SessionRow, SQL["session"], token_hash, now)


async def touch_session(conn: Conn | Pool, token_hash: bytes, now: datetime) -> None:
    """The browser was seen; the session ends when it would have."""
    await execute(conn, SQL["touch_session"], token_hash, now)


async def end_session(conn: Conn | Pool, token_hash: bytes, ended_at: datetime) -> None:
    """Signed out."""
    await execute(conn, SQL["end_session"], token_hash, ended_at)


async def end_sessions(conn: Conn | Pool, user_id: int, now: datetime, token_hash: bytes) -> None:
    """A user's sessions end, all but one."""
    await execute(conn, SQL["end_sessions"], user_id, now, token_hash)


class SessionsRow(TypedRow):
    """A row of `sessions`."""

    id: str
    made_at: datetime
    seen_at: datetime
    agent: str
    address: str | None


async def sessions(conn: Conn | Pool, user_id: int, now_of: datetime) -> list[SessionsRow]:
    """A user's open sessions."""
    return await fetch_many(conn, SessionsRow, SQL["sessions"], user_id, now_of)


async def end_session_of(conn: Conn | Pool, user_id: int, token_hash: bytes, ended_at: datetime) -> None:
    """One of a user's own sessions ends."""
    await execute(conn, SQL["end_session_of"], user_id, token_hash, ended_at)


async def insert_token(conn: Conn | Pool, user_id: int, token_hash: bytes, now: datetime) -> int:
    """An API token, stored hashed; it may do what its user may, without an end (`limit_token`)."""
    found: int = await fetch_value(conn, SQL["insert_token"], user_id, token_hash, now)
    return found


async def limit_token(conn: Conn | Pool, token_id: int, scope: str, expires_at: datetime | None) -> None:
    """What a token may do, and until when."""
    await execute(conn, SQL["limit_token"], token_id, scope, expires_at)


async def end_tokens(conn: Conn | Pool, user_id: int, now: datetime) -> None:
    """All tokens of a user end."""
    await execute(conn, SQL["end_tokens"], user_id, now)


class FailuresSinceRow(TypedRow):
    """A row of `failures_since`."""

    n: int
    last_at: datetime | None


async def failures_since(conn: Conn | Pool, actor: str, since: datetime) -> FailuresSinceRow:
    """Wrong passwords for an account since a moment, and the last of them."""
    return await fetch_one(conn, FailuresSinceRow, SQL["failures_since"], actor, since)


class TokenRow(TypedRow):
    """A row of `token`."""

    token_id: int
    scope: str
    id: int
    name: str
    shown_name: str
    role: str
    department_id: DepartmentId | None
    leads: bool
    builtin: bool
    password_hash: str | None
    password_temporary: bool
    password_until: datetime | None
    failures: int
    locked_until: datetime | None
    phone_enc: bytes | None
    phone_hash: bytes | None
    phone_tested_at: datetime | None
    language: str
    made_at: datetime
    disabled_at: datetime | None


async def token(conn: Conn | Pool, token_hash: bytes, now: datetime) -> TokenRow | None:
    """The user of an API token that has not ended."""
    return await fetch_one_or_none(conn, TokenRow, SQL["token"], token_hash, now)


async def take_key(
    conn: Conn | Pool,
    token_id: int,
    method: str,
    path: str,
    key: str,
    body_hash: bytes,
    made_at: datetime,
    lease: timedelta,
) -> str | None:
    """Take an Idempotency-Key; no row where it was answered in the last 24 hours, or is under way since less than its lease ($7)."""
    found: str | None = await fetch_value_or_none(
        conn, SQL["take_key"], token_id, method, path, key, body_hash, made_at, lease
    )
    return found


class KeptAnswerRow(TypedRow):
    """A row of `kept_answer`."""

    body_hash: bytes
    status: int | None
    answer: str | None


async def kept_answer(conn: Conn | Pool, token_id: int, method: str, path: str, key: str) -> KeptAnswerRow | None:
    """What was answered under a key."""
    return await fetch_one_or_none(conn, KeptAnswerRow, SQL["kept_answer"], token_id, method, path, key)


async def keep_answer(
    conn: Conn | Pool, token_id: int, method: str, path: str, key: str, status: int, answer: str
) -> None:
    """Keep the answer under its key."""
    await execute(conn, SQL["keep_answer"], token_id, method, path, key, status, answer)


async def free_key(conn: Conn | Pool, token_id: int, method: str, path: str, key: str) -> None:
    """Nothing was done under this key after all."""
    await execute(conn, SQL["free_key"], token_id, method, path, key)


async def forget_keys(conn: Conn | Pool, now: datetime) -> int:
    """Keys older than 24 hours."""
    return await execute_count(conn, SQL["forget_keys"], now)


async def take_form(conn: Conn | Pool, user_id: int, mark: str, now: datetime) -> str | None:
    """A form is taken; no row where it was taken before (another press waits here until the first has ended)."""
    found: str | None = await fetch_value_or_none(conn, SQL["take_form"], user_id, mark, now)
    return found


async def forget_forms(conn: Conn | Pool, now: datetime) -> int:
    """Forms taken more than 24 hours ago."""
    return await execute_count(conn, SQL["forget_forms"], now)


async def take_press(conn: Conn | Pool, mark: bytes, now: datetime, lease: timedelta) -> bytes | None:
    """A form is pressed; no row where it was before, or is under way since less than its lease ($3)."""
    found: bytes | None = await fetch_value_or_none(conn, SQL["take_press"], mark, now, lease)
    return found


async def pressed(conn: Conn | Pool, mark: bytes) -> str | None:
    """Where a press led; empty while it is under way."""
    found: str | None = await fetch_value_or_none(conn, SQL["pressed"], mark)
    return found


async def keep_press(conn: Conn | Pool, mark: bytes, location: str) -> None:
    """A press had its effect and led there."""
    await execute(conn, SQL["keep_press"], mark, location)


async def free_press(conn: Conn | Pool, mark: bytes) -> None:
    """A press had no effect after all."""
    await execute(conn, SQL["free_press"], mark)


async def forget_presses(conn: Conn | Pool, now: datetime) -> int:
    """Presses of more than 24 hours ago."""
    return await execute_count(conn, SQL["forget_presses"], now)


async def write_audit(conn: Conn | Pool, now: datetime, actor: str, kind: str, detail: object) -> None:
    """An administrative act."""
    await execute(conn, SQL["write_audit"], now, actor, kind, detail)


class EnglishOfficesRow(TypedRow):
    """A row of `english_offices`."""

    name: str
    name_en: str


async def english_offices(conn: Conn | Pool) -> list[EnglishOfficesRow]:
    """What departments are called in English; of two of one name the later."""
    return await fetch_many(conn, EnglishOfficesRow, SQL["english_offices"])
