"""A refused form comes back filled: what was typed, the wrong field marked, why; nothing else of the page is other."""

from __future__ import annotations

from hotline.base.http.refilled import RefusedForm, refilled

PAGE = """<html><body><main id="main">
<details name="act" open><summary>A</summary><form action="/a" method="post"><input name="x" value="1"></form></details>
<details name="act"><summary>B</summary>
<form id="b" action="/b" method="post"><input type="hidden" name="csrf" value="t.1">
<input id="n" name="name" value=""> <textarea name="text" rows="3">old</textarea>
<select name="role"><option value="">choose</option><option value="one">1</option><option value="two" selected>2</option></select>
<label><input type="radio" name="via" value="sms" checked> s</label><label><input type="radio" name="via" value="call"> c</label>
<label><input type="checkbox" name="flags" value="k"> k</label><input type="password" name="password">
<details><summary>More</summary><input name="more" value=""></details>
<button>Go</button></form></details>
<input form="b" name="beside"><button form="b" formaction="/c">Other</button>
</main></body></html>"""
TYPED = {"name": 'a "b" <c>', "text": "<new>", "role": "one", "via": "call", "flags": ["k"], "beside": "7"}


def back(path: str, field: str | None = None, **more: object) -> str:
    return refilled(PAGE, RefusedForm(path, {**TYPED, **more}, field), notice="<p>WHY</p>", lost="<p>LOST</p>")


def test_what_was_typed_stands_in_its_fields_again() -> None:
    found = back("/b")
    assert '<input id="n" name="name" value="a &quot;b&quot; &lt;c&gt;">' in found
    assert '<textarea name="text" rows="3">&lt;new&gt;</textarea>' in found
    assert '<option value="one" selected>1</option><option value="two">2</option>' in found
    assert '<input type="radio" name="via" value="sms">' in found
    assert '<input type="radio" name="via" value="call" checked>' in found
    assert '<input type="checkbox" name="flags" value="k" checked>' in found
    assert '<input form="b" name="beside" value="7">' in found
    assert '<input type="password" name="password">' in found
    assert "LOST" not in found


def test_the_fault_is_said_in_the_form_and_marked_at_its_field() -> None:
    found = back("/b", "text.0")
    assert '<form id="b" action="/b" method="post"><p>WHY</p>' in found
    assert '<textarea name="text" rows="3" aria-invalid="true">' in found
    assert found.count("aria-invalid") == 1


def test_its_fold_stands_open_and_the_others_of_its_group_do_not() -> None:
    found = back("/b")
    assert '<details name="act"><summary>A' in found
    assert '<details name="act" open><summary>B' in found
    assert "<details><summary>More" in found
    assert "<details open><summary>More" in back("/b", more="something")


def test_another_path_of_a_button_finds_its_form() -> None:
    assert '<form id="b" action="/b" method="post"><p>WHY</p>' in back("/c")


def test_where_the_form_is_gone_it_is_said_above_the_page() -> None:
    assert back("/gone") == PAGE.replace('<main id="main">', '<main id="main"><p>LOST</p>')


def test_of_two_forms_with_one_path_the_one_with_its_hidden_fields_is_filled() -> None:
    forms = "".join(
        f'<form action="/r"><input type="hidden" name="accepted" value="{yes}"><input name="why" value=""></form>'
        for yes in ("true", "false")
    )
    found = refilled(forms, RefusedForm("/r", {"accepted": "false", "why": "no"}, None), notice="!", lost="")
    first, second = found.split("</form>")[:2]
    assert "no" not in first
    assert 'value="no"' in second
