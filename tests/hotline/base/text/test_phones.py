"""Numbers as they come: what is nobody's number is none."""

from __future__ import annotations

import pytest

from hotline.base.text.phones import Phone, read_phone


@pytest.mark.parametrize("raw", ["+", "-", "( )", "＋", " ", "", None])
def test_what_has_no_digit_is_no_number(raw: str | None) -> None:
    assert read_phone(raw) == Phone("", "none")
    assert not read_phone(raw).takes_sms


def test_short_codes_and_names_stay() -> None:
    assert read_phone("10086") == Phone("10086", "unknown")
    assert read_phone("BANK") == Phone("BANK", "alphanumeric")
