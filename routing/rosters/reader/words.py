"""What the words and signs of a roster mean: 白, 夜班, 全天, √, ○, and what the table's own legend says. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import tight
from routing.rosters.reader.clock import written
from routing.rosters.reader.hours import Hours, hours_of, spans_in

OFF_DUTY: Hours = ()
_DAYTIME: Hours = ((480, 1200),)
_NIGHT: Hours = ((1200, 1920),)
WHOLE: Hours = ((480, 1920),)
#: Offices with other hours write them into a legend (`白:07:30-19:30`). Keys are without 班 at their end.
DEFAULTS: Mapping[str, Hours] = {
    **dict.fromkeys(("白", "日", "昼", "白天", "日间", "昼间", "d", "day"), _DAYTIME),
    **dict.fromkeys(("夜", "晚", "夜间", "夜晚", "晚间", "night"), _NIGHT),
    **dict.fromkeys(
        ("全", "全天", "全日", "整天", "昼夜", "24小时", "全天24小时", "24h", "24", "值", "值班", "班", "在岗", "当班"),
        WHOLE,
    ),
    "早": ((480, 960),),
    "中": ((960, 1440),),
    **dict.fromkeys(("后夜", "大夜"), ((0, 480),)),
    **dict.fromkeys(("前夜", "小夜"), ((960, 1440),)),
}
_NIGHTS = frozenset({"夜", "晚", "夜间", "夜晚", "晚间", "night"})
OFF = frozenset(
    {
        "",
        "休",
        "休息",
        "假",
        "不值班",
        "未值班",
        "不值",
        "轮休",
        "补休",
        "调休",
        "公休",
        "双休",
        "下夜",
        "下夜班",
        "下",
        "出差",
        "外出",
        "培训",
        "-",
        "--",
        "—",
        "——",
        "–",
        "−",
        "/",
        "\\",
        "0",
        "off",
        "无",
        "否",
        "空",
        "false",
        "不上班",
        "休班",
        "轮空",
    }
)
_LEAVE = re.compile(r"(?:年|病|事|产|婚|丧|休|轮|陪产|探亲|公|调|工伤|护理|育儿)假")
ON = frozenset("√✓✔☑✅●1") | {"true", "y", "是"}
#: Signs of absence, and those of presence beside which they are meant so. A shift's word beside it explains × as well.
_CROSS, _CIRCLE = frozenset("×x✗✘╳✕✖❌❎☒"), frozenset("○◯⭕〇o")
_PAIRS = {
    **dict.fromkeys(_CIRCLE, frozenset("●")),
    **dict.fromkeys("□☐", frozenset("■☑")),
    "☆": frozenset("★"),
    "△": frozenset("▲"),
    "◇": frozenset("◆"),
}
_FULL = {"■": "□", "★": "☆", "▲": "△", "◆": "◇"}


def key_of(text: str) -> str:
    """A shift's name as it is compared: `白班` and `白` are one."""
    word = tight(text).removesuffix("shift") or tight(text)
    word = word.removesuffix("班") if len(word) > 1 and word not in {"值班", "当班", "下夜班"} else word
    return word.removesuffix("次") if word.endswith("班次") else word


def is_off(text: str) -> bool:
    """Whether a word says that nobody is on duty. Signs that need another beside them are none."""
    word = tight(text)
    return word in OFF or _LEAVE.fullmatch(word) is not None


@dataclass(slots=True)
class TableWords:
    """What words and signs mean in one table: by its legend, else by custom. `seen`: all its cells, because some signs
    mean something only beside others; `heads`, `named`: headers and names that were read already.
    """

    legend: dict[str, Hours] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    heads: dict[str, Any] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)
    _read: dict[str, Hours | None] = field(default_factory=dict)

    @property
    def usual(self) -> Hours:
        """The hours of somebody who is on duty and of whom nothing more is said."""
        return self.legend.get("值班") or self.legend.get("全天") or self.legend.get("全") or WHOLE

    def meaning(self, text: str) -> Hours | None:
        """The hours of a cell, none of them for off duty; None: nothing that is known. Raises BadField: two meanings."""
        if text not in self._read:
            self._read[text] = self._meaning(text)
        return self._read[text]

    def _meaning(self, text: str) -> Hours | None:
        """`meaning`, not remembered."""
        key = key_of(text)
        if (found := self._one(key)) is not None:
            return found
        if (found := self._with_hours(text)) is not None:
            return found
        parts = [p for p in re.split(r"[/+&、,;\s]+", " ".join(tight(p) for p in text.split())) if p]
        if len(parts) > 1:
            several = [self._one(key_of(p)) for p in parts]
            if all(several):
                return tuple(sorted({span for one in several if one for span in one}))
        return None

    def _one(self, key: str) -> Hours | None:
        """The hours of a word or sign that stands alone."""
        if (found := self.legend.get(key)) is not None:
            return found
        if is_off(key):
            return OFF_DUTY
        if key in ON:
            return self.usual
        if (found := self._sign(key)) is not None:
            return found
        if key in _NIGHTS and "中" in self.seen and "早" in self.seen:
            raise BadField(
                "With 早 and 中 the hours of %(word)s are open: write them into a legend (夜:00:00-08:00).",
                field="shift",
                word=key,
            )
        if key in DEFAULTS:
            return self.usual if DEFAULTS[key] == WHOLE else DEFAULTS[key]
        return hours_of(key)

    def _sign(self, key: str) -> Hours | None:
        """The meaning of a sign that has one only where its counterpart stands in the same table."""
        if key in _CROSS and (self.seen & ON or any(k in DEFAULTS or k in self.legend for k in self.seen)):
            return OFF_DUTY
        if key in _PAIRS and self.seen & _PAIRS[key]:
            return OFF_DUTY
        if key in _FULL and _FULL[key] in self.seen:
            return self.usual
        if key == "n":
            return OFF_DUTY if "y" in self.seen else _NIGHT if self.seen & {"d", "day"} else None
        return None

    def _with_hours(self, text: str) -> Hours | None:
        """The hours of a word that gives them itself: `白班(8:00-18:00)`, `8:00-18:00 白班`."""
        found = taken_out(text)
        if found is None:
            return None
        hours, rest = found
        rest = rest.strip("()[]【】:;,-值守时间为")
        return hours if not rest or key_of(rest) in DEFAULTS or key_of(rest) in self.legend else None

    def knows(self, text: str) -> bool:
        """Whether a cell is a shift, a sign or nothing, rather than a name."""
        key = key_of(text)
        if key in _CROSS | _CIRCLE | set(_PAIRS) | set(_FULL) | ON or (len(key) == 1 and not key.isalpha()):
            return True
        try:
            return self.meaning(text) is not None
        except BadField:
            return True


def taken_out(text: str) -> tuple[Hours, str] | None:
    """The hours in a text and the text without them; None where there are none. Raises BadField: two meanings."""
    said = written(text)
    spans = spans_in(said)
    if spans:
        start, end = spans[0][0], spans[-1][1]
    elif (bare := re.search(r"(?:(?<=[\(:班])|^(?=.*班))\d{1,2}(?:点|时)?[-—–~至]\d{1,2}(?:点|时)?", said)) is not None:
        start, end = bare.start(), bare.end()
    else:
        return None
    hours = hours_of(said[start:end], bare=True)
    if hours is None:
        return None
    end += len(said[end:]) - len(said[end:].lstrip("止)]"))
    return hours, said[:start].rstrip("(:[从自") + said[end:]
