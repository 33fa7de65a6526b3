"""The 75 departments of the demo as units that a text may name, under the names that they begin with."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

from hotline.tickets.tipoffs.name_index import Unit
from hotline.tickets.tipoffs.named_units import named_in
from hotline.tickets.tipoffs.offices import kept_names


@lru_cache(maxsize=1)
def the_75() -> tuple[Unit, ...]:
    text = resources.files("reports.demo").joinpath("departments.csv").read_text("utf-8")
    return tuple(
        Unit(
            int(r["code"][1:]),
            r["code"],
            r["name"],
            r["name_en"],
            r["group"],
            tuple(kept_names(r["name"], r["aliases"].split(";") if r["aliases"] else None)),
        )
        for r in csv.DictReader(text.splitlines())
    )


def names(text: str) -> str:
    """The codes that a text names; those only asked about with `?`; titles that say no office; or `none`."""
    found = named_in(text, the_75())
    codes = {unit.id: unit.code for unit in the_75()}
    said = [codes[i] for i in sorted(found.certain)] + [f"{codes[i]}?" for i in sorted(found.possible)]
    return " ".join([*said, *found.leaders]) or "none"
