"""How the tables of forms say what a citizen's SMS means."""

from __future__ import annotations

from collections.abc import Callable

from hotline.contacts.sms_commands import SmsCommand, read_command
from routing.alerts.answer_words import read_reply


def _only(*kinds: str) -> Callable[[str], str]:
    def reader(text: str) -> str:
        kind = read_command(text).kind
        return kind if kind in kinds else "rest"

    return reader


def _rating(text: str) -> str:
    said = read_command(text)
    if said.kind != "rate":
        return "rest"
    how = "unclear" if said.unclear else "trouble" if said.trouble else "words" if said.text else ""
    return " ".join(filter(None, (said.number, str(said.score), how)))


def _asking(text: str) -> str:
    said: SmsCommand = read_command(text)
    if said.kind not in {"status", "add"}:
        return "rest"
    return " ".join(filter(None, (said.kind, said.number, said.code)))


READERS: dict[str, Callable[[str], str]] = {
    "opt_out": _only("stop", "start", "help"),
    "ratings": _rating,
    "thanks": _only("thanks", "status"),
    "asking": _asking,
    "autoreplies": _only("auto"),
}


def _page_answer(text: str) -> str:
    said = read_reply(text, ("王伟",))
    parts = [f"{intent} {code}" for code, intent in said.codes]
    if not parts and said.lone:
        about = f"number {said.number}" if said.number else "lone all" if said.everyone else "lone"
        parts = [f"{about} {said.lone}"]
    return "; ".join(parts or ["none"]) + (" !" if said.left else "")


READERS["page_answers"] = _page_answer
