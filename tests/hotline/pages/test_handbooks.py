"""The handbooks say what the program has: each key, each word on a screen, each sentence of the doctor, each picture."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from hotline.base.i18n import LANGUAGES, load_catalogue
from hotline.moves.table import TABLE
from hotline.pages.handbook import bound, handbook, shelf
from hotline.ticket import Role
from main import PACKAGES

ROOT = Path(__file__).resolve().parents[3]
BOOKS = [(language, role) for language in LANGUAGES for role in Role]
#: A word of the screen, with the key that stands beside it where it has one.
_WORD = re.compile(r"\*\*(.+?)\*\*(?: <kbd>(.+?)</kbd>)?")
_KEY = re.compile(r"<kbd>(.+?)</kbd>")
_TAG = re.compile(r"<[^>]*>")
#: In a template: a label, and the key that is shown at its end.
_LABELLED = re.compile(
    r'_\("([^"]+)"[^)]*\)(?: if [^}]*? else _\("([^"]+)"[^)]*\))?\s*}}(?:{%[^%]*%})?\s*'
    r'(?:<kbd>(\S+?)</kbd>|{{ m\.key\("(.+?)"\) }})'
)
#: A press of the call bar: its label, and its key.
_PRESSED = re.compile(r'press\(csrf, [^_]*_\("([^"]+)"\), {[^}]*}, "([^"]+)"')
_PLACE = re.compile(r"[（(]?%\(\w+\)s[）)]?")
#: Keys of no button: the browser's own, those of the scripts, numbers of a list, the department that is clear.
_OTHERS = {"?", "Alt", "Ctrl+Enter", "Enter", "↓", "1", "2", "3", "P", "/", "F1"}


def text_of(language: str, role: Role) -> str:
    return (shelf() / language / f"{role}.md").read_text("utf-8")


@cache
def words(language: str) -> frozenset[str]:
    """Every sentence of the screens, without its places."""
    catalogue = load_catalogue(PACKAGES)
    said = set(catalogue.zh.values() if language == "zh" else catalogue.zh)
    said |= {one.split(":", 1)[1] for one in said if re.match(r"\w+:\w", one)}  # a word in one sense: `view:file`
    return frozenset(_PLACE.sub("", one).strip() for one in said)


@cache
def keyed(language: str, liaison: bool) -> frozenset[tuple[str, str]]:
    """Label and key of each button, link and field that has one: a liaison's, or the centre's and those of its pages."""
    catalogue = load_catalogue(PACKAGES)
    forms = [row.department if liaison else row.centre for row in TABLE]
    found = {(form.title, form.key) for form in forms if form is not None}
    found |= {(form.also.title, form.also.key) for form in forms if form is not None and form.also is not None}
    for package in () if liaison else PACKAGES:
        for path in (ROOT / package).rglob("templates/**/*.html"):
            text = path.read_text("utf-8")
            for one, other, key, short in _LABELLED.findall(text):
                found |= {(label, key or short) for label in (one, other) if label}
            found |= {(label, key.replace("shift+", "⇧")) for label, key in _PRESSED.findall(text)}
    return frozenset((_PLACE.sub("", catalogue.say(label, language)).strip(), key.upper()) for label, key in found)


@pytest.mark.parametrize(("language", "role"), BOOKS)
def test_every_key_of_a_handbook_does_what_it_says(language: str, role: Role) -> None:
    text = text_of(language, role)
    named = [(word, key.upper()) for word, key in _WORD.findall(text) if key]
    assert [pair for pair in named if pair not in keyed(language, role is Role.LIAISON)] == []
    alone = set(_KEY.findall(_WORD.sub("", text)))
    assert alone <= _OTHERS, alone - _OTHERS


@pytest.mark.parametrize(("language", "role"), BOOKS)
def test_every_word_in_bold_stands_on_a_screen(language: str, role: Role) -> None:
    unknown = {word for word, _ in _WORD.findall(text_of(language, role)) if word not in words(language)}
    assert unknown == set()


@pytest.mark.parametrize(("language", "role"), BOOKS)
def test_a_handbook_has_its_chapters_and_pictures(language: str, role: Role) -> None:
    text, book = text_of(language, role), handbook(language, role)
    assert set(_TAG.findall(text)) <= {"<kbd>", "</kbd>"}
    assert "style=" not in book.body
    assert len(book.chapters) >= 4
    other = text_of(next(one for one in LANGUAGES if one != language), role)
    for mark in (
        r"^## ",
        r"^\|",
        r"!\[",
        r"^\d\. ",
        r"^- ",
    ):  # both languages say the same, in the same order
        assert len(re.findall(mark, text, re.M)) == len(re.findall(mark, other, re.M)), mark
    for picture in re.findall(r"\]\((\S+\.png)\)", text):
        assert f"/handbook/{language}/" in picture
        file = (shelf() / language / picture).resolve()
        assert file.stat().st_size < 120_000, f"{file.name} is large"


def _sentences(path: Path, *functions: str) -> set[str]:
    """How each sentence begins that the doctor says where something is to be mended: (False, "…") in these functions."""
    found = set()
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name in functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Tuple) and len(node.elts) == 2 and not _surely_good(node.elts[0]):
                    said = node.elts[1].values[0] if isinstance(node.elts[1], ast.JoinedStr) else node.elts[1]
                    if isinstance(said, ast.Constant) and isinstance(said.value, str):
                        found.add(re.split(r"(?<!database): |[;({]", said.value)[0].strip())
    return found


def _surely_good(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_doctor_says_has_its_remedy(language: str) -> None:
    doctor = _sentences(ROOT / "hotline/maintenance.py", "_provider", "_fonts", "_database")
    doctor |= _sentences(ROOT / "sla/policy/store.py", "calendar_check")
    assert len(doctor) >= 6, doctor
    text = text_of(language, Role.ADMIN)
    assert [said for said in doctor if said not in text] == []


def test_what_a_row_of_the_remedies_quotes_is_said_by_the_doctor() -> None:
    said = "".join((ROOT / name).read_text("utf-8") for name in ("hotline/maintenance.py", "sla/policy/store.py"))
    rows = text_of("zh", Role.ADMIN).split("| `doctor`")[1].split("##")[0].splitlines()[2:]
    quoted = [words for row in rows if row for words in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert len(quoted) >= 8
    assert [words for words in quoted if words not in said] == []


def test_a_picture_from_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        bound("![x](https://example.org/x.png)")
    made = bound("# T\n\n## One\n\n![x](../../../hotline/static/handbook/zh/operator.png)")
    assert (made.title, made.chapters) == ("T", (("c1", "One"),))
    assert 'src="/static/handbook/zh/operator.png?v=' in made.body
    assert '<h2 id="c1">' in made.body
