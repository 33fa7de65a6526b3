"""Search keys: a word's keys are among those of every text that holds it."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.base.text.search_keys import folded, grams, wanted


def test_two_characters_are_found() -> None:
    assert set(wanted("路灯")) <= set(grams("东屏镇的路灯坏了三天"))
    assert wanted("ＬＥＤ") == ["ed", "le"]


@given(st.text(max_size=30), st.text(max_size=8), st.text(max_size=30))
def test_a_text_has_the_keys_of_every_word_in_it(before: str, word: str, after: str) -> None:
    text = folded(before) + folded(word) + folded(after)
    assert set(wanted(word)) <= set(grams(text))
