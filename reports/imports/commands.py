"""`import history`, `import boxes`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from hotline.base.command import Command
from reports.imports.boxes import import_boxes
from reports.imports.history import import_history
from routing.commands import importing


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV or XLSX (docs/imports.md)")


COMMANDS = (
    Command(
        "import history", "take past tickets of another system from a table", _file, importing(import_history)
    ),
    Command("import boxes", "take slips of the opinion boxes from a table", _file, importing(import_boxes)),
)
