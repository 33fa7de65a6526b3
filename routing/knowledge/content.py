"""What a notice sheet says: its fields, checked, and the keys by which it is found. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from hotline.base.http.problem import BadField
from hotline.base.text.blanks import filled
from hotline.base.text.search_keys import folded, grams
from hotline.people.actions import Fields
from routing.tables.columns import plain_header

_APART = re.compile(r"[;；、,，/|\n]+")
#: How offices say that nothing is to be paid, that no papers are needed, that nothing is said.
_FREE = frozenset(
    [
        "无",
        "无费用",
        "无收费",
        "无需缴费",
        "无需费用",
        "没有",
        "免费",
        "免费办理",
        "不收费",
        "不收取",
        "不收取费用",
        "不收取任何费用",
        "不收",
        "零",
        "零元",
        "零收费",
        "0",
        "0元",
        "0.00",
        "0.00元",
        "￥0",
        "¥0",
        "否",
        "不收费项目",
        "free",
        "none",
        "no",
    ]
)
_NO_PAPERS = frozenset(
    [
        "无",
        "无需材料",
        "无需提供材料",
        "不需要",
        "不需要材料",
        "不需材料",
        "无需提供",
        "免提交",
        "免提交材料",
        "无材料",
        "none",
    ]
)
_NOTHING = frozenset({"-", "--", "—", "——", "/", "\\", "n/a", "暂无", "不详", "未填", "略"})
FREE, NO_PAPERS = "不收费", "无需材料"


def _said(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).rstrip("。.;；").lower()


def cost_of(text: str) -> str:
    """What it costs: `不收费` for every way of saying so, empty where nothing is said, else as it is written."""
    said = _said(text)
    return FREE if said in _FREE else "" if said in _NOTHING else text.strip()


def papers_of(text: str) -> str:
    """The papers that are needed: `无需材料` for every way of saying none, empty where nothing is said."""
    said = _said(text)
    return NO_PAPERS if said in _NO_PAPERS else "" if said in _NOTHING else text.strip()


def words_of(text: str) -> str:
    """Any other cell: empty for what stands where nothing is said (无, —)."""
    said = _said(text)
    return "" if said in _NOTHING or said in {"无", "没有", "none"} else text.strip()


def several(value: object) -> object:
    """What a form or a cell lists, parted by `;`, `,`, `、` or lines; a list as it is. Each once."""
    if isinstance(value, str):
        value = _APART.split(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return list({plain_header(one): " ".join(one.split()) for one in reversed(value) if one.strip()}.values())[::-1]
    return value


Title = Annotated[str, StringConstraints(min_length=2, max_length=100), AfterValidator(filled)]
Alias = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Long = Annotated[str, StringConstraints(max_length=4000), AfterValidator(filled)]
Short = Annotated[str, StringConstraints(max_length=500), AfterValidator(filled)]


class SheetFields(Fields):
    """What a sheet says: aliases (`户口;落户`), papers needed, where, how long it takes, cost, legal basis, from and until what day
    it is valid (nothing: from now, without an end)."""

    title: Title
    aliases: Annotated[list[Alias], BeforeValidator(several)] = Field(default_factory=list, max_length=30)
    papers: Annotated[Long, BeforeValidator(lambda v: papers_of(v) if isinstance(v, str) else v)] = ""
    where: Short = ""
    takes: Short = ""
    cost: Annotated[Short, BeforeValidator(lambda v: cost_of(v) if isinstance(v, str) else v)] = ""
    basis: Annotated[str, StringConstraints(max_length=1000), AfterValidator(filled)] = ""
    valid_from: date | None = None
    valid_until: date | None = None

    def content(self) -> SheetContent:
        """As it is kept. Raises BadField: it would end before it begins, or says nothing of what one needs."""
        if self.valid_from is not None and self.valid_until is not None and self.valid_until < self.valid_from:
            raise BadField("It would end before it begins.", field="valid_until")
        if not self.papers:
            raise BadField("Say which papers are needed, or that none are (无).", field="papers")
        own = plain_header(self.title)
        return SheetContent(
            " ".join(self.title.split()),
            tuple(alias for alias in self.aliases if plain_header(alias) != own),
            self.papers,
            self.where,
            self.takes,
            self.cost,
            self.basis,
            self.valid_from,
            self.valid_until,
        )


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What one version of a sheet says."""

    title: str
    aliases: tuple[str, ...]
    papers: str
    where: str
    takes: str
    cost: str
    basis: str
    valid_from: date | None
    valid_until: date | None

    @property
    def plain(self) -> str:
        """The title as it is compared: a department has one sheet of it."""
        return plain_header(self.title)

    @property
    def names(self) -> Sequence[str]:
        """Title and aliases, folded, without spaces, each once; the title first."""
        return list(dict.fromkeys(re.sub(r"\s+", "", folded(name)) for name in (self.title, *self.aliases)))

    @property
    def name_keys(self) -> Sequence[str]:
        """The search keys of its names."""
        return grams("\n".join(self.names))

    @property
    def keys(self) -> Sequence[str]:
        """The search keys of all its words."""
        return grams("\n".join((*self.names, self.papers, self.where, self.takes, self.cost, self.basis)))
