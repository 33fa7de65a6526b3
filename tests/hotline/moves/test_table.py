"""The one table of what may be done to a ticket: every move stands in it, with its words, its button and its states."""

from __future__ import annotations

import pytest

from hotline.base.i18n import load_catalogue
from hotline.moves.move import Move, Who
from hotline.moves.offers import MoveForm, MoveRow
from hotline.moves.table import TABLE, legal_states, nouns, row_of
from hotline.pages.actions import FIRST, NEXT, OPEN
from hotline.ticket import State
from main import PACKAGES, PROGRAM

CENTRE = {Who.CENTRE, Who.MANAGER, Who.RECEIVER, Who.CENTRE_OR_LEAD, Who.WORKING}
DEPARTMENT = {Who.LEAD, Who.ASSIGNED, Who.CENTRE_OR_LEAD, Who.WORKING}


def row(path: str) -> MoveRow:
    found = row_of(path)
    assert found is not None, f"{path} stands in no row of hotline.moves.table"
    return found


def forms(found: MoveRow) -> list[MoveForm]:
    return [form for form in (found.centre, found.department) if form is not None]


@pytest.mark.parametrize("move", PROGRAM.moves, ids=lambda move: move.path)
def test_every_move_has_a_row_with_its_words(move: Move) -> None:
    found = row(move.path)
    chinese = load_catalogue(PACKAGES).zh
    assert move.summary in chinese
    for form in forms(found):
        said = {form.title, form.hint, *(i.label for i in form.inputs), *(i.hint for i in form.inputs)} - {""}
        assert said - chinese.keys() == set()
    assert legal_states(move.noun)


@pytest.mark.parametrize("move", PROGRAM.moves, ids=lambda move: move.path)
def test_who_may_make_it_finds_a_button_with_its_fields(move: Move) -> None:
    found = row(move.path)
    assert bool(forms(found)) is not found.beside
    for form, sides in ((found.centre, CENTRE), (found.department, DEPARTMENT)):
        if form is not None:
            assert move.who in sides, "nobody on this side may make it"
            asked = {"name" if i.kind == "file" else i.name for i in form.inputs}
            assert asked <= set(move.body.model_fields), "a field that its body does not have"
            needed = {name for name, about in move.body.model_fields.items() if about.is_required()} - {"content"}
            assert needed <= asked, "a field that its body needs"
    assert (found.items is not None) is bool(move.sub)


def test_the_table_has_no_row_without_a_move_and_none_twice() -> None:
    paths = [one.path for one in TABLE]
    assert sorted(paths) == sorted(move.path for move in PROGRAM.moves)
    assert {noun.split("/")[0] for noun in paths} == set(nouns())


def test_what_comes_next_stands_in_the_table_and_is_legal_there() -> None:
    for state, paths in NEXT.items():
        for path in paths:
            row(path)
            assert state in legal_states(path.split("/")[0]), (state, path)
    for path in (*FIRST, *OPEN):
        row(path)


def test_a_filed_ticket_takes_only_additions_reads_and_holds() -> None:
    assert {noun for noun in nouns() if row(noun).when_filed} == {"additions", "reveals", "attachments", "holds"}
    assert {noun for noun in nouns() if legal_states(noun) == frozenset(State)} >= {"attachments", "holds", "reveals"}
