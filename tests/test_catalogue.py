"""The screen is Chinese first: every msgid of templates and code, and every word of the domain, has its Chinese."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from hotline import ticket
from hotline.base.http import fields
from hotline.base.http.problem import Problem
from hotline.base.i18n import load_catalogue
from hotline.moves.move import Who
from hotline.moves.table import TABLE
from main import PACKAGES, PROGRAM

ROOT = Path(__file__).resolve().parents[1]
_PLACE = re.compile(r"%\((\w+)\)[sd]")
_HAN = re.compile(r"[\u3400-\u9fff]")
#: Functions whose first string is a msgid.
_SAY = {"t", "_", "gettext"}


def _problems(of: type[Problem]) -> set[str]:
    return {of.__name__} | {name for sub in of.__subclasses__() for name in _problems(sub)}


def in_templates() -> Iterator[tuple[str, str]]:
    """Every `_("…")` of every template, with where it stands."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.html")):
            options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
            with path.open("rb") as file:
                for line, _, found, _ in babel_extract(file, ("_", "gettext"), (), options):
                    msgid = found if isinstance(found, str) else (found or (None,))[0]
                    if msgid is not None:
                        yield msgid, f"{path.relative_to(ROOT)}:{line}"


def in_code() -> Iterator[tuple[str, str]]:
    """Every msgid of the code: what problems say, what `t` translates, titles of menu entries."""
    problems = _problems(Problem)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield from ((text, f"{path.relative_to(ROOT)}:{node.lineno}") for text in _said(node, problems))


def _said(node: ast.Call, problems: set[str]) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in problems:
        yield from _strings(node.args[:1])
    elif name == "t":
        yield from _strings(node.args[1:2])
    elif name in _SAY:
        yield from _strings(node.args[:1])
    elif name == "Entry":
        yield from _strings([k.value for k in node.keywords if k.arg == "title"])


def _strings(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _strings([node.body, node.orelse])


def in_domain() -> Iterator[tuple[str, str]]:
    """The words of the domain that pages show, with the context that pages give them."""
    for enum, context in (
        (ticket.State, "state"),
        (ticket.Category, "category"),
        (ticket.Urgency, "urgency"),
        (ticket.Channel, "channel"),
        (ticket.Duty, "duty"),
        (ticket.DutyState, "duty_state"),
        (ticket.Role, "role"),
    ):
        for value in enum:
            yield f"{context}:{value.value}", context
    for who in Who:
        yield who.value, "who"
    for move in PROGRAM.moves:
        yield move.summary, "move"
    for said in fields._SAID.values():
        yield said, "fields"
    forms = [form for row in TABLE for form in (row.centre, row.department) if form is not None]
    for form in forms:
        for msgid in (form.title, form.hint, *(w for i in form.inputs for w in (i.label, i.hint))):
            yield msgid, "forms"
        for i in form.inputs:
            yield from ((f"{i.context}:{option}", "forms") for option in i.options if i.context)


def in_catalogues() -> Iterator[tuple[str | None, str, str]]:
    """Every entry of every catalogue: its context, its msgid, the file."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).glob("locale/zh/*.po")):
            with path.open("rb") as file:
                found = [(message.context, str(message.id)) for message in read_po(file, locale="zh") if message.id]
            yield from ((context, msgid, str(path.relative_to(ROOT))) for context, msgid in found)


def catalogue() -> dict[str, str]:
    return dict(load_catalogue(PACKAGES).zh)


def _missing(found: Iterator[tuple[str, str]]) -> list[str]:
    known = catalogue()
    return sorted({f"{text!r} ({where})" for text, where in found if _word(text) and not _known(known, text)})


def _word(text: str) -> bool:
    """Whether there is anything to translate."""
    return bool(re.search(r"[A-Za-z]{2}", _PLACE.sub("", text)))


def _known(known: dict[str, str], text: str) -> bool:
    return text in known or (":" in text and text.split(":", 1)[1] in known)


@pytest.mark.parametrize("found", [in_templates, in_code, in_domain])
def test_every_msgid_has_its_chinese(found: object) -> None:
    assert _missing(found()) == []  # type: ignore[operator]


def test_each_reason_for_a_call_has_its_chinese() -> None:
    table = (ROOT / "schema.sql").read_text("utf-8").split("CREATE TABLE call_back (")[1].split(");")[0]
    reasons = re.findall(r"'(\w+)'", table.split("reason IN (")[1].split(")")[0])
    assert "missed" in reasons
    assert [r for r in reasons if f"call_back:{r}" not in catalogue()] == []


def test_each_msgid_stands_in_one_catalogue() -> None:
    """Of two the last would win, and say its words on the other's page."""
    where: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for context, msgid, path in in_catalogues():
        where[context, msgid].append(path)
    assert {msgid: paths for (_, msgid), paths in where.items() if len(paths) > 1} == {}


def test_a_msgid_stands_in_the_catalogue_of_a_package_that_says_it() -> None:
    """A template that moved took its words along. Names of columns and codes are said by no literal of their package."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for msgid, place in in_templates():
        said[msgid].add(place.split("/")[0])
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    said[node.value].add(package)
    elsewhere = [
        f"{path}: {msgid}"
        for _, msgid, path in in_catalogues()
        if not re.fullmatch(r"[a-z_]*", msgid) and said[msgid] and path.split("/")[0] not in said[msgid]
    ]
    assert elsewhere == []


def test_a_word_of_one_context_says_nothing_in_another() -> None:
    known = load_catalogue(PACKAGES)
    assert known.word("owner", "zh", "party") == "服务中心"
    assert known.word("owner", "zh") == "包保责任人"


def test_every_place_of_a_msgid_is_kept() -> None:
    wrong = {m: zh for m, zh in catalogue().items() if set(_PLACE.findall(m)) != set(_PLACE.findall(zh))}
    assert wrong == {}


def test_the_chinese_is_chinese() -> None:
    """But for names and codes that are the same in both languages."""
    assert {m: zh for m, zh in catalogue().items() if _word(zh) and not _HAN.search(zh) and m != zh} == {}
