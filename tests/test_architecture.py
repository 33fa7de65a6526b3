"""The house rules that no linter knows (architecture.md, "Rules that hold it up")."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("hotline", "routing", "sla", "reports")
SOURCES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))
QUERIES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.sql") if "migrations" not in p.parts)
#: The only readers of the time: the clock itself, and what measures how long something took.
_CLOCK = {"hotline/base/clock.py"}
_TIME = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time)\(")
_SQL_TIME = re.compile(
    r"\b(?:now\(\)|current_timestamp|current_date|localtimestamp|clock_timestamp\(|statement_timestamp\()",
    re.IGNORECASE,
)
_WRITES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?([a-z_]+)")
_SECTION = re.compile(r"^-- =+ (\w+)", re.MULTILINE)
_TABLE = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)
#: The tables of each folder of hotline. Whoever looks for what writes a table finds it there.
FOLDERS = {
    "base": "event_retry installation job_run schema_version ticket_event",
    "outbox": "outbox",
    "people": "absence api_token app_user audit department device form_taken idempotency person phone_test press session shift",
    "tickets": "assignment duty named_unit note ownership parting protection redaction reply ticket ticket_text",
    "contacts": (
        "call_back contact contact_part contact_text desk_draft inbound inbound_picture promise query_miss rating self_answering"
    ),
    "moves": (
        "attachment co_refusal co_request follow_up hand_over rating_request relay_call reply_proposal report_back"
    ),
    "calls": (
        "call call_command call_event call_party call_ring call_signal operator_line operator_skill operator_state restriction"
    ),
    "record": "daily_root journal",
    "recordings": (
        "call_further inspection inspection_form inspection_item inspection_objection inspection_sample inspector recording recording_chunk"
        " recording_play recording_ticket transcript transcript_line"
    ),
    "retention": "retention_hold",
    "telephony": (
        "call_browser call_leg call_recording_fetch call_said call_source counter reconciliation reconciliation_difference simulated"
        " simulated_picture"
    ),
    "pages": "reply_template ticket_presence",
}
#: Folders that write what is another's. `*`, any table: what is erased when its time is up, or held, is said in one place, so that
#: it can be read as one list (docs/adr/0013); no row is made there. `ticket`: the head of its record moves in the statement that
#: inserts the event, or a crash between the two would tear the chain.
ALSO_WRITE = {"*": {"retention"}, "ticket": {"retention", "base"}, "retention_hold": set[str]()}


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def owners() -> dict[str, str]:
    """Table → the package in whose section of schema.sql it stands."""
    found: dict[str, str] = {}
    parts = _SECTION.split((ROOT / "schema.sql").read_text("utf-8"))
    for package, body in zip(parts[1::2], parts[2::2], strict=True):
        for table in _TABLE.findall(body):
            assert table not in found, f"{table} stands twice in schema.sql"
            found[table] = package
    return found


def _strings(path: Path) -> Iterator[str]:
    """String constants of a Python file: where SQL may hide."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_nobody_but_the_clock_reads_the_time(path: Path) -> None:
    if _named(path) not in _CLOCK:
        found = _TIME.findall(path.read_text("utf-8"))
        assert not found, f"{_named(path)} reads the time itself: {found}; `now` is handed down"


@pytest.mark.parametrize("path", [*QUERIES, ROOT / "schema.sql"], ids=_named)
def test_no_statement_reads_the_servers_clock(path: Path) -> None:
    code = re.sub(r"--.*", "", path.read_text("utf-8"))
    assert not _SQL_TIME.findall(code), f"{_named(path)} reads the server's clock"


@pytest.mark.parametrize("path", [*QUERIES, *SOURCES], ids=_named)
def test_one_writer_a_table(path: Path) -> None:
    """The SQL that writes a table lives in the package that owns it (rule 2)."""
    package, tables = path.relative_to(ROOT).parts[0], owners()
    for table in _written(path):
        assert tables[table] == package, f"{_named(path)} writes {table}, which is {tables[table]}'s"


def _written(path: Path) -> set[str]:
    """The tables that the SQL of a file writes."""
    texts = [path.read_text("utf-8")] if path.suffix == ".sql" else list(_strings(path))
    return {table for text in texts for table in _WRITES.findall(re.sub(r"--.*", "", text))} & set(owners())


def test_one_folder_writes_a_table() -> None:
    """Inside hotline too: what another folder wants written it asks of the folder that owns the table (rule 2)."""
    writers: dict[str, set[str]] = {}
    for path in (p for p in [*QUERIES, *SOURCES] if p.relative_to(ROOT).parts[0] == "hotline"):
        folder = path.relative_to(ROOT).parts[1]
        for table in _written(path):
            if folder not in ALSO_WRITE.get(table, ALSO_WRITE["*"]):
                writers.setdefault(table, set()).add(folder)
    several = {table: sorted(folders) for table, folders in writers.items() if len(folders) > 1}
    assert not several, f"written by several folders: {several}"
    owned = {folder: sorted(t for t, f in writers.items() if f == {folder}) for folder in FOLDERS}
    assert owned == {folder: sorted(tables.split()) for folder, tables in FOLDERS.items()}


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_pure_modules_do_no_io(path: Path) -> None:
    """A module that calls itself pure imports neither asyncpg nor aiohttp, and awaits nothing."""
    tree = ast.parse(path.read_text("utf-8"))
    said = ast.get_docstring(tree) or ""
    if not said.rstrip().endswith("Pure."):
        return
    for node in ast.walk(tree):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), f"{_named(path)} is not pure"
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            assert name.split(".")[0] not in {"asyncpg", "aiohttp"}, f"{_named(path)} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_every_module_and_public_function_says_what_it_promises(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), f"{_named(path)} has no docstring"


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_nobody_imports_the_composition_root(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            assert "main" not in names, f"{_named(path)} imports main"


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_no_error_is_swallowed_in_silence(path: Path) -> None:
    """A broad `except` logs, raises or gives something back; `pass` alone hides."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert not all(isinstance(n, ast.Pass) for n in node.body), f"{_named(path)}:{node.lineno}"


def test_every_table_has_one_owner() -> None:
    assert set(owners().values()) <= set(PACKAGES)


#: Where the words are a file's, and whatever else stands there is read as a number.
_OPEN_MATCHES = {"routing/tables/cells.py"}


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_a_match_names_every_case(path: Path) -> None:
    """What nobody thought of is an error: the type checker's (`assert_never`, or no wildcard), or one that is raised."""
    found = [
        case.pattern.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Match)
        for case in node.cases
        if isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.pattern.name is None
        if not (
            isinstance(case.body[0], ast.Raise)
            or (isinstance(case.body[0], ast.Expr) and ast.unparse(case.body[0]).startswith("assert_never("))
        )
    ]
    assert not found or _named(path) in _OPEN_MATCHES, (
        f"{_named(path)}: `case _` in lines {found} takes what is unknown"
    )


def test_keys_are_pressed_on_pages_that_listen() -> None:
    """Playwright's keyboard waits for nothing; `press` of tests/browser/conftest.py waits for the page's scripts."""
    asks = re.compile(r"keyboard\.press\(")
    found = [
        _named(path) for path in (ROOT / "tests/browser").glob("test_*.py") if asks.search(path.read_text("utf-8"))
    ]
    assert not found, f"press(page, key) instead of page.keyboard.press(key): {found}"
