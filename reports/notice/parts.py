"""The parts of a notice's document: its content as sentences and tables, in Chinese or English. Pure."""

from __future__ import annotations

from hotline.base.text.department_masking import for_department
from reports.figures.month import read_month
from reports.notice import judgements, performance
from reports.notice.document import DocumentPart, DocumentWords
from reports.notice.form import NoticeContent


def parts(content: NoticeContent, words: DocumentWords) -> list[DocumentPart]:
    """All parts of a notice, in the order of rulebook §11; an empty part says that there is nothing."""
    figures, lists = content.figures, content.lists
    found = [
        performance.summary(figures, words),
        performance.intake(figures, words),
        performance.categories(figures, words),
        *(performance.group(g, words) for g in figures.groups),
        performance.owner("The centre's own figures", "Centre", figures.centre, figures.centre_before, words),
        performance.owner("All departments together", "Together", figures.together, figures.together_before, words),
        performance.good(lists, words),
        performance.bottom(figures, words),
        judgements.criticised(figures, words),
        judgements.findings(lists, words),
        judgements.appeals(lists, words),
        judgements.exclusions(lists, words),
        judgements.waivers(lists, words),
        judgements.restrictions(lists, words),
        judgements.orders(lists, words),
        judgements.consultation(lists, words),
        judgements.annex(lists, words),
    ]
    return [for_department(part) for part in found]


def title(content: NoticeContent, words: DocumentWords) -> str:
    """The title of the document."""
    return words.say(
        "Monthly notice of the hotline, %(month)s", month=read_month(content.figures.month).named(words.language)
    )
