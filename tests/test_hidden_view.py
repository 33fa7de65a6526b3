"""Whatever is read of tickets by department leaves out, by one view, what names that department (rulebook §8)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("hotline", "routing", "sla", "reports")
#: Tables that hold something of a ticket.
_TABLES = (
    "ticket|ticket_text|ticket_event|assignment|clock|supervise_order|finding|paging|page|reply|return_case|consultation_item|exclusion|"
    "co_request|co_refusal|extension|note|reply_proposal|precedent|relay_call|attachment|redaction"
)
_READS = re.compile(rf"\b(?:FROM|JOIN)\s+(?:{_TABLES})\b", re.I)
#: Narrowed to a department that is given.
_BY_DEPARTMENT = re.compile(
    r"department_line\(\s*(?:\$|\?)|department_id\s*(?:=|IN|IS NOT DISTINCT FROM|= ANY)\s*\(?\s*(?:\$|\?)",
    re.I,
)
_VIEW = re.compile(r"\bhidden_from\b")
#: Of one ticket that was let through by `visible` already, or for the centre and the program's own rules: and why.
_BEHIND = {
    "hotline/people/departments.sql:led_tickets": "an administrator moves what a merged department has",
    "hotline/tickets/tickets.sql:open_assignment": "one ticket, after `visible`",
    "hotline/tickets/tickets.sql:horizon": "one ticket, after `visible`",
    "hotline/tickets/partings.sql:partings": "tickets of a list that was narrowed already, or one after `visible`",
    "hotline/tickets/tipoffs/tipoffs.sql:own_additions": "one ticket, after `visible`",
    "hotline/tickets/tipoffs/tipoffs.sql:hidden_files": "one ticket, after `visible`",
    "hotline/moves/department.sql:proposals": "one ticket, after `visible`",
    "routing/returns/returns.sql:returned_before": "one ticket, after `visible`",
    "reports/notice/notice.sql:due_by_department": "how many, for a share of exclusions in a paper",
    "reports/notice/notice.sql:unanswered_pages": "evidence in a paper; `was_secret` leaves the number of a secret matter out",
    "routing/likeness/topics.sql:outages_of": "outages, not tickets: how many callers wait",
    "routing/likeness/topics.sql:open_outages": "outages, not tickets: how many callers wait",
}


def _blocks() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.sql")):
            for block in re.split(r"(?m)^-- name: ", path.read_text(encoding="utf-8"))[1:]:
                name, _, rest = block.partition("\n")
                sql = "\n".join(line for line in rest.splitlines() if not line.startswith("--"))
                found[f"{path.relative_to(ROOT)}:{name.split(maxsplit=1)[0]}"] = (
                    sql  # behind it: how many rows it gives
                )
        for path in sorted((ROOT / package).rglob("*.py")):
            for number, text in _written_in(path):
                found[f"{path.relative_to(ROOT)}:{number}"] = text
    return found


def _written_in(path: Path) -> list[tuple[str, str]]:
    """The SQL that a function writes down, with the constants of its module that it names, as one text by the function's name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            words = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            sql = [w for w in words if w is not ast.get_docstring(node, clean=False)]
            sql += [constants[n.id] for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in constants]
            found.append((node.name, " ".join(sql)))
    return found


def _by_department(sql: str) -> bool:
    first = sql.strip().upper()
    written = first.startswith(("INSERT", "UPDATE", "DELETE"))
    return not written and bool(_READS.search(sql) and _BY_DEPARTMENT.search(sql))


READ = {name: sql for name, sql in _blocks().items() if _by_department(sql)}


def test_the_statements_are_found() -> None:
    for known in (
        "hotline/pages/department/inbox.sql:inbox",
        "sla/ladder/orders.sql:orders",
        "hotline/tickets/narrowing.py:conditions",
    ):
        assert known in READ
    assert len(READ) >= 20


@pytest.mark.parametrize("name", sorted(READ.keys() - _BEHIND.keys()))
def test_what_is_read_by_department_goes_through_the_view(name: str) -> None:
    assert _VIEW.search(READ[name]), f"{name} reads tickets of a department without hidden_from"


def test_no_exception_is_kept_that_is_none() -> None:
    assert not {name for name in _BEHIND if name not in READ or _VIEW.search(READ[name])} - {
        "routing/likeness/topics.sql:outages_of",
        "routing/likeness/topics.sql:open_outages",
    }


def test_figures_leave_out_what_names_their_unit() -> None:
    text = (ROOT / "reports/figures/tallies.py").read_text(encoding="utf-8")
    assert text.count("{_KEPT}") <= text.count("{_SEEN}")
