"""Why a department returns a ticket: the four reasons of rulebook §7, by code or in Chinese. Pure."""

from __future__ import annotations

from hotline.base.text.search_keys import folded

NOT_OURS, OUTSIDE, TOO_LITTLE, DUPLICATE = "not_ours", "outside_powers", "not_enough_information", "duplicate"
REASONS = (NOT_OURS, OUTSIDE, TOO_LITTLE, DUPLICATE)

#: As people write them; compared without spaces and punctuation.
_ALSO = {
    NOT_OURS: (
        "not our duty",
        "not ours",
        "非本单位职责",
        "非我单位职责",
        "不是本单位职责",
        "不是我单位职责",
        "不属于本单位职责",
        "不属本单位职责",
        "不属于我单位职责",
        "不属我单位职责",
        "非本单位职责范围",
        "不属于本单位职责范围",
        "职责不符",
    ),
    OUTSIDE: (
        "outside government's powers",
        "outside government powers",
        "beyond government powers",
        "beyond powers",
        "超出政府职权",
        "超出政府职权范围",
        "不属于政府职权",
        "不属于政府职权范围",
        "非政府职权",
        "非政府职责范围",
    ),
    TOO_LITTLE: (
        "not enough information",
        "信息不足",
        "信息不全",
        "信息不明",
        "内容不清",
        "两次联系仍信息不足",
        "not enough information after two logged attempts",
    ),
    DUPLICATE: ("duplicates", "重复", "重复工单", "重复诉求", "重复派单", "重复件"),
}


def _bare(text: str) -> str:
    return "".join(c for c in folded(text) if c.isalnum())


_KNOWN = {_bare(word): code for code, words in _ALSO.items() for word in (code, *words)}


def reason_of(given: str) -> str | None:
    """The code of a reason given as code or in words; None for any other words, which belong into the basis."""
    return _KNOWN.get(_bare(given))


def needs_suggestion(reason: str) -> bool:
    """Whether a return for this reason must name the department that should have the ticket."""
    return reason not in {OUTSIDE, TOO_LITTLE, DUPLICATE}
