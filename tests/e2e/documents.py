"""What a document tells its reader to do: its blocks, its numbered steps, what they quote."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(name: str) -> str:
    """A document of the project."""
    return (ROOT / name).read_text("utf-8")


def blocks(name: str, language: str) -> list[str]:
    """Its blocks in a language (`sh`, `ini`), in order."""
    return [body for found, body in _BLOCK.findall(read(name)) if found == language]


def lines(block: str) -> list[str]:
    """The lines of a shell block without what is said behind them."""
    found = (re.sub(r"\s+#.*$", "", line).strip() for line in block.splitlines())
    return [line for line in found if line]


def steps(name: str, heading: str) -> list[str]:
    """The numbered steps below a heading, each as one line. Raises StopIteration where there is no such heading."""
    section = next(part for part in re.split(r"^#+ ", read(name), flags=re.MULTILINE) if part.startswith(heading))
    found = re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]
    return [" ".join(one.split("\n\n")[0].split()) for one in found]


def quoted(text: str) -> list[str]:
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", text)


def pages(text: str) -> list[str]:
    """The paths of the addresses that it names."""
    return re.findall(r"<http://127\.0\.0\.1:1890(/[^>]*)>", text)
