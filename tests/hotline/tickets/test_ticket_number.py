"""A ticket's number finds typing errors."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.tickets.ticket_number import is_number, ticket_number


def test_year_sequence_and_check_digit() -> None:
    assert ticket_number(2026, 123).startswith("26000123")
    assert len(ticket_number(2026, 123)) == 9
    assert ticket_number(2026, 12_345_678).startswith("2612345678")


@given(st.integers(2000, 2099), st.integers(1, 10**8))
def test_every_number_is_well_formed(year: int, sequence: int) -> None:
    assert is_number(ticket_number(year, sequence))


@given(st.integers(1, 10**7), st.data())
def test_one_wrong_digit_is_found(sequence: int, data: st.DataObject) -> None:
    number = ticket_number(2026, sequence)
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert not is_number(number[:place] + digit + number[place + 1 :])
