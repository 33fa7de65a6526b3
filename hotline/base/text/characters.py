"""Characters that XML forbids: removed from all input, and again where XML is written. Pure."""

from __future__ import annotations

import re

#: What XML 1.0 forbids (and with it TwiML, DOCX and XLSX), and DEL; tab, line feed and carriage return are kept.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without characters that XML forbids: nobody sees them, and each would spoil a call or a document."""
    return _FORBIDDEN.sub("", text)
