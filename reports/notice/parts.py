"""The parts of a notice's document: its content as sentences and tables, in Chinese or English. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotline.base.text.department_masking import for_department
from reports.figures.month import read_month
from reports.notice import judgements, performance
from reports.notice.document import DocumentPart, DocumentWords


def parts(content: Mapping[str, Any], words: DocumentWords) -> list[DocumentPart]:
    """All parts of a notice, in the order of rulebook §11; an empty part says that there is nothing."""
    found = [
        performance.summary(content, words),
        performance.intake(content, words),
        performance.categories(content, words),
        *(performance.group(g, words) for g in content["groups"]),
        performance.owner("The centre's own figures", "Centre", content["centre"], content["centre_before"], words),
        performance.owner(
            "All departments together", "Together", content["together"], content["together_before"], words
        ),
        performance.good(content, words),
        performance.bottom(content, words),
        judgements.criticised(content, words),
        judgements.findings(content, words),
        judgements.appeals(content, words),
        judgements.exclusions(content, words),
        judgements.waivers(content, words),
        judgements.orders(content, words),
        judgements.consultation(content, words),
        judgements.annex(content, words),
    ]
    return [for_department(part) for part in found]


def title(content: Mapping[str, Any], words: DocumentWords) -> str:
    """The title of the document."""
    return words.say(
        "Monthly notice of the hotline, %(month)s", month=read_month(content["month"]).named(words.language)
    )
