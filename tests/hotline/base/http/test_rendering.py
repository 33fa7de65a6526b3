"""Pages speak the language of who reads them, whoever read them first."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hotline.base.http.rendering import environment
from hotline.base.i18n import Catalogue, current

WORDS = Catalogue({"category:tipoff": "举报", "leader": "负责人"})


def test_a_word_that_stands_in_the_template_follows_the_reader() -> None:
    made = environment((), WORDS, ZoneInfo("Asia/Shanghai")).from_string('{{ "tipoff"|word("category") }}')
    said = []
    for language in ("zh", "en", "zh"):
        current.set(language)
        said.append(made.render())
    assert said == ["举报", "tipoff", "举报"]


def test_a_list_has_the_commas_of_the_language() -> None:
    made = environment((), WORDS, ZoneInfo("Asia/Shanghai")).from_string('{{ ["a", "b<"]|listed }}')
    said = []
    for language in ("zh", "en"):
        current.set(language)
        said.append(made.render())
    current.set("zh")
    assert said == ["a、b&lt;", "a, b&lt;"]
