"""Filling a refused form again in the HTML of its page: what was typed, which field is wrong, and why. Pure.

It works on the finished page, so that every form of the program comes back filled and no template has to say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Any

#: Inputs that keep what the page gave them.
_KEPT = frozenset({"password", "file", "submit", "button", "reset", "image"})
_FIELDS = frozenset({"input", "textarea", "select"})
Attributes = Mapping[str, str | None]
#: From where to where in the page, and what stands there instead.
Edit = tuple[int, int, str]


@dataclass(slots=True)
class Tag:
    """A start tag of the page: where it stands, what it says, in which form and which `details` it is; `to`: its end tag begins."""

    name: str
    attributes: Attributes
    start: int
    end: int
    form: Tag | None
    inside: tuple[Tag, ...]
    to: int = -1

    def said(self, attribute: str) -> str:
        """What an attribute says; empty where it is not there."""
        return self.attributes.get(attribute) or ""


class _Reader(HTMLParser):
    """Finds the forms of a page and their fields, with their places in the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [0]
        for line in html.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.tags: list[Tag] = []
        self._forms: list[Tag] = []
        self._details: list[Tag] = []
        self._texts: list[Tag] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._here()
        end = start + len(self.get_starttag_text() or "")
        inside = tuple(self._details)
        found = Tag(tag, dict(attrs), start, end, self._forms[-1] if self._forms else None, inside)
        if tag == "form":
            self._forms.append(found)
        elif tag == "details":
            self._details.append(found)
        elif tag in {"textarea", "select"}:
            self._texts.append(found)
        self.tags.append(found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._forms:
            self._forms.pop()
        elif tag == "details" and self._details:
            self._details.pop()
        elif tag in {"textarea", "select"} and self._texts:
            self._texts.pop().to = self._here()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


@dataclass(frozen=True, slots=True)
class RefusedForm:
    """A form that was not taken: its path, what was typed, and the name of the wrong field, where one is."""

    path: str
    values: Mapping[str, Any]
    field: str | None

    def typed(self, name: str) -> Sequence[str]:
        """What was typed into a field; several where several were chosen."""
        value = self.values.get(name, ())
        return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]

    def is_wrong(self, name: str) -> bool:
        """Whether the fault lies in this field, or in a part of it."""
        return self.field is not None and self.field.split(".")[0] == name


def refilled(html: str, refused: RefusedForm, *, notice: str, lost: str) -> str:
    """The page with its form as it was sent; `notice` (markup) stands first in the form. Where the form does not stand on the page any
    more, `lost` (markup) stands first in `<main>`."""
    tags = _Reader(html).tags
    form = _form_of(tags, refused)
    if form is None:
        main = next((tag for tag in tags if tag.name == "main"), None)
        return html if main is None else html[: main.end] + lost + html[main.end :]
    edits = [(form.end, form.end, notice)]
    opened = {id(one) for one in form.inside}
    for tag in tags:
        if tag.name in _FIELDS and _belongs(tag, form):
            changes = list(_changes(html, tag, tags, refused))
            edits += changes
            if changes:  # what is told in a folded part is seen
                opened |= {id(one) for one in tag.inside}
    edits += _opening(tags, opened)
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    return html


def _form_of(tags: Sequence[Tag], refused: RefusedForm) -> Tag | None:
    """The form that was sent: of several with its path the one whose hidden fields fit best."""
    forms = {tag.said("id"): tag for tag in tags if tag.name == "form"}
    found = [tag for tag in tags if tag.name == "form" and tag.said("action") == refused.path]
    for tag in tags:
        if tag.said("formaction") == refused.path:
            owner = forms.get(tag.said("form")) if tag.said("form") else tag.form
            found += [owner] if owner is not None else []

    def fits(form: Tag) -> int:
        hidden = [tag for tag in tags if tag.form is form and tag.said("type") == "hidden"]
        return sum(tag.said("value") in refused.typed(tag.said("name")) for tag in hidden)

    return max(found, key=fits, default=None)


def _belongs(tag: Tag, form: Tag) -> bool:
    return tag.said("form") == form.said("id") if tag.said("form") else tag.form is form


def _changes(html: str, tag: Tag, tags: Sequence[Tag], refused: RefusedForm) -> Iterator[Edit]:
    """What becomes other in one field."""
    name, kind = tag.said("name"), tag.said("type")
    attributes = dict(tag.attributes)
    if refused.is_wrong(name) and kind != "hidden":
        attributes["aria-invalid"] = "true"
    if tag.name == "input" and kind in {"checkbox", "radio"}:
        attributes = _switched(attributes, "checked", (tag.attributes.get("value") or "on") in refused.typed(name))
    elif name in refused.values and kind not in _KEPT:
        if tag.name == "input":
            attributes["value"] = next(iter(refused.typed(name)), "")
        elif tag.name == "textarea" and html[tag.end : tag.to] != (typed := escape("\n".join(refused.typed(name)))):
            yield tag.end, tag.to, typed
        elif tag.name == "select":
            for option in tags:
                if option.name == "option" and tag.end <= option.start < tag.to:
                    chosen = option.said("value") in refused.typed(name)
                    yield from _written(option, _switched(option.attributes, "selected", chosen))
    yield from _written(tag, attributes)


def _switched(attributes: Attributes, name: str, on: bool) -> dict[str, str | None]:
    """The attributes with a switch (`checked`, `selected`, `open`) as it should be."""
    found = {key: value for key, value in attributes.items() if key != name or on}
    return found if name in found or not on else {**found, name: None}


def _written(tag: Tag, attributes: Attributes) -> Iterator[Edit]:
    """The start tag anew, where its attributes are others."""
    if attributes != tag.attributes:
        said = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attributes.items())
        yield tag.start, tag.end, f"<{tag.name}{said}>"


def _opening(tags: Sequence[Tag], opened: set[int]) -> Iterator[Edit]:
    """What is folded round the form stands open; others of its group are folded, for a browser keeps one open."""
    groups = {tag.said("name") for tag in tags if id(tag) in opened} - {""}
    for tag in tags:
        if tag.name == "details" and (id(tag) in opened or tag.said("name") in groups):
            yield from _written(tag, _switched(tag.attributes, "open", id(tag) in opened))
