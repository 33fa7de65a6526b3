"""Structured logs: one JSON object a line, with the request's id, never a phone number in full."""

from __future__ import annotations

import logging
import re
import sys
import warnings
from contextvars import ContextVar

from aiohttp.web import NotAppKeyWarning
from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")
_NUMBER = re.compile(r"(?<![\w-])(\+?\d{2,4})\d{4,}(\d{2})(?![\w-])")


#: What every record has of itself: names of files and functions, nothing that came from outside.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"request_id", "message"}


class Masking(logging.Filter):
    """Puts the request's id on the record and masks what looks like a phone number."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        said = record.getMessage()
        masked = mask(said)
        if masked != said:
            record.msg, record.args = masked, ()
        for name, value in list(record.__dict__.items()):
            if name not in _STANDARD and isinstance(value, str):
                record.__dict__[name] = mask(value)
        return True


class Formatter(JsonFormatter):
    """Tracebacks are masked too."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        return mask(super().formatException(ei))  # type: ignore[arg-type]


def mask(text: str) -> str:
    """`text` with the middle of every run of seven digits or more hidden."""
    return _NUMBER.sub(r"\1****\2", text)


def set_up(level: int = logging.INFO) -> None:
    """Logs go to standard error as JSON lines."""
    # aiohttp-session and we keep a request's own values under plain keys.
    warnings.filterwarnings("ignore", category=NotAppKeyWarning)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter("%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s"))
    handler.addFilter(Masking())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiohttp.access", "apscheduler", "twilio", "weasyprint", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
