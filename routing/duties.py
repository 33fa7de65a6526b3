"""Departments by the words of their duties and names, so that one never seen in training is still reachable. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.grams import folded


@dataclass(frozen=True, slots=True)
class Known:
    """A department as the directory describes it."""

    code: str
    name: str
    duties: tuple[str, ...]
    territory: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A department with a share of certainty and the words that decided."""

    code: str
    probability: float
    reasons: tuple[str, ...]


_SUFFIXES = ("局", "委员会", "办公室", "中心", "公司", "有限公司", "镇人民政府", "乡人民政府", "人民政府")


def by_duties(known: Sequence[Known], text: str, place: str = "", limit: int = 3) -> list[Hint]:
    """Up to `limit` departments whose duties, name or territory stand in the text, best first; the shares sum to at most 1.

    A whole duty found counts by its length and rarity; a duty's pairs of characters count less.
    """
    words, where = folded(text), folded(f"{place} {text}")
    rarity = Counter(pair for d in known for pair in _pairs(d))
    scores: list[tuple[float, Known, tuple[str, ...]]] = []
    for department in known:
        reasons: list[str] = []
        score = 0.0
        for duty in department.duties:
            flat = folded(duty)
            if flat and flat in words:
                score += 2.0 * len(flat)
                reasons.append(duty)
        pairs = _pairs(department)
        hits = [p for p in pairs if p in words]
        score += sum(1.0 / (1 + math.log(rarity[p])) for p in hits)
        if score and not reasons:
            reasons = sorted(hits, key=lambda p: rarity[p])[:3]
        short = _short(department.name)
        if len(short) >= 2 and folded(short) in words:
            score += 1.5 * len(short)
            reasons.append(department.name)
        if department.territory and folded(department.territory) in where:
            score += 3.0
            reasons.append(department.territory)
        if score >= 1.0:
            scores.append((score, department, tuple(dict.fromkeys(reasons))))
    scores.sort(key=lambda s: (-s[0], s[1].code))
    total = sum(s for s, _, _ in scores) + 4.0
    return [Hint(d.code, round(s / total, 4), reasons) for s, d, reasons in scores[:limit]]


def _pairs(department: Known) -> set[str]:
    found: set[str] = set()
    for duty in department.duties:
        flat = folded(duty)
        found.update(flat[i : i + 2] for i in range(len(flat) - 1))
    return found


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name.removeprefix("县")
