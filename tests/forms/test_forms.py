"""Every form of every table means what its row says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.base.text.blanks import blanks
from hotline.base.text.characters import clean
from hotline.base.text.masking import masked_words
from hotline.base.text.paper_words import paper_words
from hotline.tickets.tipoffs.tipoff_words import reads_like_tipoff
from tests.forms import FormRow, calling, forms, kinds, messages, rosters, routed, sheets, tables
from tests.hotline.tickets.units import names

#: How a kind is read: from the input to what the table's column `meant` says.
READERS: dict[str, Callable[[str], str]] = {
    "callers": calling.caller,
    "danger_words": routed.danger_numbers,
    "control_characters": clean,
    "csv_files": tables.text_file,
    "import_cells": tables.cell,
    "import_headers": tables.header,
    "masked_words": masked_words,
    "media_addresses": calling.media_address,
    "moments": tables.moment,
    "paper": paper_words,
    "phones": calling.phone,
    "places": routed.place_names,
    "sheet_cells": sheets.sheet_cell,
    "signatures": calling.signature,
    "spreadsheets": tables.spreadsheet,
    "suggestion_forms": routed.first_department,
    "template_blanks": lambda text: "|".join(blanks(text)),
    "tipoff_words": lambda text: "tipoff" if reads_like_tipoff(text) else "no",
    "unit_names": names,
    **messages.READERS,
    **rosters.READERS,
}
#: Kinds that need a database, a file or a page: the test that reads the table.
ELSEWHERE: dict[str, str] = {
    "call_ends": "tests/hotline/contacts/test_call_ends.py",
    "promises": "tests/sla/clocks/test_promises.py",
}


@pytest.mark.parametrize("form", [form for kind in READERS for form in forms(kind)], ids=str)
def test_a_form_means_what_its_row_says(form: FormRow) -> None:
    assert READERS[form.kind](form.input) == form.meant, form.why


@pytest.mark.parametrize("kind", kinds())
def test_each_table_is_read_and_has_forty_forms_with_a_reason(kind: str) -> None:
    rows = forms(kind)
    assert (kind in READERS) != (kind in ELSEWHERE), f"{kind}.csv is read by no test, or by two"
    if kind in ELSEWHERE:
        assert f'forms("{kind}")' in Path(ELSEWHERE[kind]).read_text(encoding="utf-8")
    assert len(rows) >= 40, f"{kind}.csv has {len(rows)} forms"
    assert all(row.why for row in rows), kind
    assert len({row.input for row in rows}) == len(rows), f"a form stands twice in {kind}.csv"
