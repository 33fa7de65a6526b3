"""Pages from Jinja templates, in the language of the request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from hotline.base.http.live import LiveKind
from hotline.base.http.requests import form_marks, now_of, page_path, services_of
from hotline.base.i18n import Catalogue, catalogue_of, current, offices
from hotline.base.text import department_masking

PAGES = web.AppKey("pages", Environment)
CATALOGUE = web.AppKey("catalogue", Catalogue)
MENU: web.AppKey[Sequence[Any]] = web.AppKey("menu")
#: The templates that stand in each page slot.
SLOTS: web.AppKey[Mapping[str, Sequence[str]]] = web.AppKey("slots")
_STATIC = Path(str(resources.files("hotline").joinpath("static")))


def percent(part: float | None, whole: float | None) -> str:
    """A rate with one decimal; a dash without denominator."""
    return f"{100 * part / whole:.1f}%" if whole and part is not None else "—"


def pick(name: str, name_en: str | None) -> str:
    """A name in the language of the page, where it has one."""
    return name_en if name_en and current.get() == "en" else name


# Filters that speak take the context: otherwise Jinja would call them once for a constant, when it compiles the template, and
# every later page would speak the language of the first.
@pass_context
def listed(_: Context, items: Iterable[object]) -> str:
    """Several words as one list: with 、 in Chinese, with commas in English."""
    return ("、" if current.get() == "zh" else ", ").join(map(str, items))


@pass_context
def office(_: Context, name: str | None) -> str:
    """A department's name in the language of the page, where only the Chinese one is at hand."""
    return offices.get().get(name, name) if name else ""


def _minutes(say: Callable[..., str], minutes: int) -> str:
    if minutes < 60:
        return say("%(n)s min", n=minutes)
    if minutes < 48 * 60:
        return say("%(h)s h %(m)s min", h=minutes // 60, m=minutes % 60)
    return say("%(n)s d", n=minutes // (24 * 60))


@lru_cache(maxsize=8)
def environment_of(packages: tuple[str, ...], zone: Any) -> Environment:
    """`environment` with the catalogue of the packages, made once in a process: templates are compiled once."""
    return environment(packages, catalogue_of(packages), zone)


def environment(packages: Sequence[str], catalogue: Catalogue, zone: Any) -> Environment:
    """The templates of all packages; undefined names are errors."""
    loaders = [PackageLoader(p) for p in packages if resources.files(p).joinpath("templates").is_dir()]
    env = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )

    def say(msgid: str, **params: object) -> str:
        return catalogue.fill(msgid, current.get(), params)

    def local(at: datetime | None, form: str = "%m-%d %H:%M") -> str:
        return at.astimezone(zone).strftime(form) if at else "—"

    def left(until: datetime, now: datetime) -> str:
        """How far a moment is: `3 h 20 min`, `2 d`."""
        return _minutes(say, int(abs(until - now) / timedelta(minutes=1)))

    @pass_context
    def word(_: Context, value: object, context: str = "") -> str:
        """A word of the domain."""
        return catalogue.word(str(value), current.get(), context)

    @pass_context
    def weekday(_: Context, n: int) -> str:
        """A day of the week, 1 Monday … 7 Sunday, as a calendar heads its column."""
        return say(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[n - 1])

    env.globals.update(_=say, gettext=say, static=static, percent=percent, left=left, pick=pick)
    env.globals["live_kinds"] = " ".join(LiveKind)
    env.filters.update(word=word, local=local, listed=listed, office=office, weekday=weekday)
    return env


def static(path: str) -> str:
    """The address of a static file, with its digest so that browsers keep it."""
    file = _STATIC / path
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.exists() else "0"
    return f"/static/{path}?v={mark}"


def t(request: web.Request, msgid: str, **params: object) -> str:
    """The words for a msgid in the request's language."""
    return request.app[CATALOGUE].fill(msgid, language_of(request), params)


def language_of(request: web.Request) -> str:
    """`zh` or `en`: the choice kept in the cookie, else the user's, else the centre's."""
    return request.get("language") or services_of(request).settings.language


def render(request: web.Request, template: str, **context: object) -> str:
    """A template with what every page has: user, menu, language, now, csrf."""
    user = request.get("user")
    menu = [e for e in request.app[MENU] if user is not None and user.role.value in e.roles]
    settings = services_of(request).settings
    if department_masking.of_department(user) and not department_masking.is_of_staff(template):
        context = department_masking.for_department(context)
    return (
        request.app[PAGES]
        .get_template(template)
        .render(
            user=user,
            menu=menu,
            slots=request.app[SLOTS],
            language=language_of(request),
            now=now_of(request),
            csrf=form_marks(request.get("csrf", "")),
            path=request.path,
            path_qs=page_path(request),
            hotline=settings.number,
            offset=settings.clock_offset,
            rings_by_twilio=settings.rings_by_twilio,
            password_given=request.get("password_given", False),
            **context,
        )
    )


def page(request: web.Request, template: str, status: int = 200, **context: object) -> web.Response:
    """A whole page."""
    return web.Response(
        text=render(request, template, **context), status=status, content_type="text/html", charset="utf-8"
    )


#: A part of a page, for htmx to put in its place; the same as `page` but for the template it names.
fragment = page


def safe(text: str) -> Markup:
    """Markup made by our own code (a drawn figure)."""
    return Markup(text)  # noqa: S704
