"""Who hears whom as a browser is told it, and whose voice is recorded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.calls.call import Party, PartyKind, PartyMode
from hotline.ids import UserId
from hotline.telephony.audience import is_recorded, may_signal, voices

AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def party(
    ident: int, kind: PartyKind, mode: PartyMode = PartyMode.TALK, *, held: bool = False, there: bool = True
) -> Party:
    return Party(
        id=ident,
        kind=kind,
        user_id=UserId(ident),
        department_id=None,
        mode=mode,
        invited_at=AT,
        joined_at=AT if there else None,
        held_at=AT if held else None,
        left_at=None,
    )


CITIZEN, OPERATOR = party(1, PartyKind.CITIZEN), party(2, PartyKind.OPERATOR)
HELD = party(1, PartyKind.CITIZEN, held=True)
UNIT = party(3, PartyKind.DEPARTMENT)
COMING = party(3, PartyKind.DEPARTMENT, there=False)
LISTENS, WHISPERS = (party(4, PartyKind.SUPERVISOR, mode) for mode in (PartyMode.LISTEN, PartyMode.WHISPER))
JOINS = party(4, PartyKind.SUPERVISOR)


@pytest.mark.parametrize(
    ("parties", "recorded"),
    [
        ((CITIZEN, OPERATOR), {1, 2}),
        ((HELD, OPERATOR), set()),
        ((HELD, OPERATOR, UNIT), {2, 3}),
        ((CITIZEN, OPERATOR, COMING), {1, 2}),
        ((CITIZEN, OPERATOR, LISTENS), {1, 2}),
        ((CITIZEN, OPERATOR, WHISPERS), {1, 2}),
        ((HELD, OPERATOR, WHISPERS), set()),
        ((HELD, OPERATOR, LISTENS), set()),
        ((CITIZEN, OPERATOR, JOINS), {1, 2, 4}),
    ],
)
def test_whose_voice_is_in_the_recording(parties: tuple[Party, ...], recorded: set[int]) -> None:
    assert {one.id for one in parties if is_recorded(parties, one)} == recorded


def test_a_whisper_is_heard_by_the_operator_alone() -> None:
    there = (CITIZEN, OPERATOR, WHISPERS)
    assert {voice.party.id: (voice.hears_me, voice.i_hear) for voice in voices(there, WHISPERS)} == {
        1: (False, True),
        2: (True, True),
    }
    assert may_signal(CITIZEN, WHISPERS)  # the caller's voice goes to who whispers, and nothing comes back


def test_who_has_not_come_is_no_voice() -> None:
    assert [voice.party.id for voice in voices((CITIZEN, OPERATOR, COMING), OPERATOR)] == [1]


def test_browsers_of_two_who_do_not_hear_each_other_have_nothing_to_say() -> None:
    assert not may_signal(HELD, OPERATOR)
    assert not may_signal(LISTENS, party(5, PartyKind.SUPERVISOR, PartyMode.LISTEN))
