"""Each kind of live news is sent by somebody and heard by some page, and no page waits for what nobody sends."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from hotline.base.http.live import LiveKind
from main import PACKAGES

ROOT = Path(__file__).resolve().parents[4]
SCRIPTS = ROOT / "hotline/static/js"


def files(*globs: str) -> Iterator[Path]:
    for package in PACKAGES:
        for glob in globs:
            yield from sorted((ROOT / package).rglob(glob))


def sent() -> set[LiveKind]:
    """The kinds that some statement of the program names."""
    return {
        LiveKind[node.attr]
        for path in files("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "LiveKind"
    }


def heard() -> set[str]:
    """The kinds for which a page or a script waits; the simulator's page and the stream itself listen in their own scripts."""
    own = [
        *re.findall(r'source\.addEventListener\("(\w+)"', (SCRIPTS / "simulator.js").read_text("utf-8")),
        *re.findall(r'if \(kind !== "(beat)"\) spread', (SCRIPTS / "live.js").read_text("utf-8")),
    ]
    pages = [path.read_text("utf-8") for path in files("templates/**/*.html", "static/js/*.js")]
    return {*own, *re.findall(r"\blive:([a-z][a-z-]*)", "\n".join(pages))}


def test_each_kind_is_sent_and_heard() -> None:
    assert sent() == set(LiveKind)
    assert heard() == {kind.value for kind in LiveKind}


def test_a_page_is_told_the_kinds() -> None:
    base = (ROOT / "hotline/templates/base.html").read_text("utf-8")
    assert 'data-live-kinds="{{ live_kinds }}"' in base
    assert "body.dataset.liveKinds" in (SCRIPTS / "live.js").read_text("utf-8")
