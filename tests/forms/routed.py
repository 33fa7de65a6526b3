"""How the forms of routing are read: which department comes first, which places are named, what danger is heard."""

from __future__ import annotations

from routing.places.spellings import written
from routing.suggestions.by_duties import by_duties
from routing.suggestions.danger import danger_of
from tests.routing.suggestions.test_by_duties import directory


def first_department(text: str) -> str:
    """The code of the department that comes first on the first day, without a model; `-`: none."""
    found = by_duties(directory(), text)
    return found[0].code if found else "-"


def danger_numbers(text: str) -> str:
    """Whom the words of danger propose to call, with 特急; `-`: nothing is proposed."""
    found = danger_of(text)
    return " ".join(found.numbers) if found else "-"


def place_names(text: str) -> str:
    """The places that stand in a text without a gazetteer, as written; `-`: none."""
    return " ".join(name for _, name in written(text)) or "-"
