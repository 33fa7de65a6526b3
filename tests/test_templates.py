"""Templates: short lines, short files, and nothing of a package above: neither its routes nor its moves nor its sections.

What a package above shows on a page of a lower one stands in a page slot (`hotline.base.http.slots`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from hotline.base.http.slots import PageSlot, SlotContent, filled
from hotline.composition import combined
from main import PLUGINS

ROOT = Path(__file__).resolve().parents[1]
ORDER = [plugin.package for plugin in PLUGINS]
LINES, LENGTH = 120, 140
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
_ATTRIBUTE = re.compile(r"=\"(/[^\"]*)\"")
_SLOT = re.compile(r"slots\.(\w+)")


def templates() -> Iterator[tuple[str, Path]]:
    """Every template with its package."""
    for package in ORDER:
        for path in sorted((ROOT / package / "templates").rglob("*.html")):
            yield package, path


def _tree(source: str) -> nodes.Template:
    return Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True).parse(source)


def _routes() -> list[tuple[str, list[str]]]:
    """Every path of the program, in parts, with the package that answers there."""
    found = []
    for plugin in PLUGINS:
        paths = [route.path for route in plugin.routes] + [f"/tickets/{{number}}/{m.path}" for m in plugin.moves]
        found += [(plugin.package, path.split("/")[1:]) for path in paths]
    return found


ROUTES = _routes()
MOVES = {plugin.package: {move.path for move in plugin.moves} for plugin in PLUGINS}
SECTIONS = {section.name: plugin.package for plugin in PLUGINS for section in plugin.sections}


def _fits(route: list[str], parts: list[str]) -> bool:
    return len(route) == len(parts) and all(
        one == other or ("{" in one and other) for one, other in zip(route, parts, strict=True)
    )


def _owner(path: str) -> str | None:
    """The lowest package that answers at a path; of a mere end (`/extensions`), that has a path with this end."""
    parts = path.split("?")[0].split("#")[0].split("/")[1:]
    found = {package for package, route in ROUTES if _fits(route, parts)} or {
        package for package, route in ROUTES if route[-len(parts) :] == parts
    }
    return min(found, key=ORDER.index) if found else None


def upward(package: str, source: str) -> Iterator[str]:
    """What a template of this package names of the packages above it."""
    above = ORDER[ORDER.index(package) + 1 :]
    below = ORDER[: ORDER.index(package) + 1]
    tree = _tree(source)
    strings = {str(node.value) for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}
    paths = {path for path in strings if path.startswith("/")} | set(_ATTRIBUTE.findall(_JINJA.sub("X", source)))
    yield from sorted(path for path in paths if len(path) > 1 and _owner(path) in above)
    moves = {path for higher in above for path in MOVES[higher]} - {path for lower in below for path in MOVES[lower]}
    yield from sorted(strings & moves)
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name in {"t", "ticket"} and SECTIONS.get(node.attr) in above:
            yield f"{node.node.name}.{node.attr}"


@pytest.mark.parametrize(("package", "path"), list(templates()), ids=lambda one: str(one).removeprefix(f"{ROOT}/"))
def test_a_template_is_short_and_names_nothing_of_a_package_above(package: str, path: Path) -> None:
    source = path.read_text("utf-8")
    lines = source.splitlines()
    assert len(lines) <= LINES
    assert [line for line in lines if len(line) > LENGTH] == []
    assert list(upward(package, source)) == []


@pytest.mark.parametrize(
    ("package", "source", "named"),
    [
        ("hotline", '<a href="/orders">', ["/orders"]),
        ("hotline", '<div hx-get="/coming/part">', ["/coming/part"]),
        ("hotline", '<a href="/orders/{{ o.number }}?x={{ y }}">', ["/orders/X?x=X"]),
        ("hotline", '{{ form(base ~ "/extensions") }}', ["/extensions"]),
        ("hotline", '{{ act("/tickets/%s/supervise-orders/%s/receipts" % (n, i)) }}', 1),
        ("hotline", '{% if "acknowledgements" in can %}1{% endif %}', ["acknowledgements"]),
        ("hotline", "{% for p in t.pauses %}{{ p }}{% endfor %}", ["t.pauses"]),
        ("routing", "{{ ticket.pauses }}{{ ticket.returns }}", ["ticket.pauses"]),
        ("routing", '<a href="/tickets/{{ n }}">', []),
        ("sla", '<a href="/orders">', []),
        ("sla", '<a href="/leader?month={{ m }}">', 1),
        ("hotline", '<a href="/static/x.css">', []),
    ],
)
def test_what_counts_as_naming_a_package_above(package: str, source: str, named: list[str] | int) -> None:
    found = list(upward(package, source))
    assert (len(found) if isinstance(named, int) else found) == named


def test_every_slot_stands_on_a_page_of_the_package_that_declares_it() -> None:
    shown: dict[str, set[str]] = {package: set() for package in ORDER}
    for package, path in templates():
        shown[package] |= set(_SLOT.findall(path.read_text("utf-8")))
    assert shown == {plugin.package: {slot.name for slot in plugin.slots} for plugin in PLUGINS}


def test_what_fills_a_slot_comes_from_its_package_or_from_above() -> None:
    declared = {slot: plugin.package for plugin in PLUGINS for slot in plugin.slots}
    for plugin in PLUGINS:
        for content in plugin.contents:
            assert (ROOT / plugin.package / "templates" / content.template).is_file(), content
            assert ORDER.index(declared[content.slot]) <= ORDER.index(plugin.package), content


def test_a_slot_that_nobody_fills_is_empty_and_order_decides() -> None:
    first, second = PageSlot("first", ""), PageSlot("second", "")
    contents = (SlotContent(first, "b.html", order=2), SlotContent(first, "a.html", order=1))
    assert filled((first, second), contents) == {"first": ("a.html", "b.html"), "second": ()}


def test_two_slots_of_one_name_and_a_slot_that_no_page_has_are_refused() -> None:
    slot = PageSlot("only", "")
    with pytest.raises(ValueError, match="two pages declare the slot only"):
        filled((slot, replace(slot)), ())
    with pytest.raises(ValueError, match="which no page declares"):
        filled((), (SlotContent(slot, "a.html"),))


def test_the_program_fills_its_slots() -> None:
    program = combined(PLUGINS)
    assert all(filled(program.slots, program.contents).values())
