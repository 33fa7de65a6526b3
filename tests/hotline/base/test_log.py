"""Logs hold no phone number in full, wherever it stands in the record."""

from __future__ import annotations

import json
import logging

import pytest

from hotline.base.log import Formatter, Masking, set_up


@pytest.mark.parametrize(
    ("message", "args", "extra"),
    [
        ("call from %s", ("+8613900001234",), {}),
        ("call from 13900001234", (), {}),
        ("call", (), {"sender": "+8613900001234"}),
    ],
    ids=["argument", "message", "extra"],
)
def test_a_number_is_masked(message: str, args: tuple[str, ...], extra: dict[str, str]) -> None:
    record = logging.makeLogRecord({"msg": message, "args": args, "levelname": "INFO", "name": "x"} | extra)
    assert Masking().filter(record)
    said = Formatter("%(message)s %(name)s").format(record)
    assert "13900001234" not in said
    assert "****" in json.dumps(json.loads(said))


def test_a_number_in_a_traceback_is_masked() -> None:
    try:
        raise ValueError("bad number 13900001234")
    except ValueError:
        import sys

        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})
    Masking().filter(record)
    assert "13900001234" not in Formatter("%(message)s").format(record)


def test_a_tickets_number_stays_readable() -> None:
    record = logging.makeLogRecord({"msg": "request", "path": "/tickets/{number}"})
    Masking().filter(record)
    assert json.loads(Formatter("%(message)s").format(record))["path"] == "/tickets/{number}"


def test_what_makes_documents_says_no_steps(capsys: pytest.CaptureFixture[str]) -> None:
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        set_up()
        logging.getLogger("weasyprint.progress").info("Step 2")
        assert "Step 2" not in capsys.readouterr().err
    finally:
        logging.getLogger().handlers[:], level = kept[0], kept[1]
        logging.getLogger().setLevel(level)
