"""The recipes of CONTRIBUTING are followed for a made-up move, clock, channel and finding in a copy of the tree, and what they give is tried there.

A recipe lies where a step names a file that need not be changed, where a file has to be changed that no step names, or where
what was added is not everywhere that it should be.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_FILE = re.compile(r"`([\w./-]+)`")


@dataclass(frozen=True, slots=True)
class Insertion:
    """Text that goes into a file: behind the first place of `behind`, or into a new file where that is empty.

    `NEXT` in the name of a migration is its number.
    """

    path: str
    behind: str
    text: str


MOVE = (
    Insertion(
        "hotline/moves/department_work.py",
        '    await store.add_note(context.conn, context.ticket.id, event.seq, "made_safe", body.note)\n'
        '    return {"seq": event.seq}\n',
        '''

class InspectionBody(Fields):
    """What was found at the place (现场核查)."""

    note: Required


async def inspect(context: MoveContext, body: InspectionBody) -> Mapping[str, object]:
    """Report what was found at the place; it stops no clock."""
    assignment = await context.own_assignment()
    event = await context.publish("inspected", department=assignment.department_id, assignment=assignment.id)
    await store.add_note(context.conn, context.ticket.id, event.seq, "inspected", body.note)
    return {"seq": event.seq}
''',
    ),
    Insertion(
        "hotline/moves/department_work.py",
        '    Move("made-safe", MadeSafeBody, Who.ASSIGNED, made_safe, "Report that the place is safe"),\n',
        '    Move("inspections", InspectionBody, Who.ASSIGNED, inspect, "Report what was found at the place"),\n',
    ),
    Insertion("hotline/base/kinds.py", '    "hot_topic",\n', '    "inspected",\n'),
    Insertion(
        "hotline/moves/department_rows.py",
        "        ready=offers.not_safe_yet,\n    ),\n",
        """    MoveRow(
        "inspections",
        WITH_DEPARTMENT,
        department=MoveForm("i", "Looked at the place", (Input("note", "What was found at the place"),)),
    ),
""",
    ),
    Insertion(
        "hotline/locale/zh/moves.po",
        'msgid "Report that the place is safe"\nmsgstr "报告先行处置到位"\n',
        '\nmsgid "Report what was found at the place"\nmsgstr "登记现场核查情况"\n'
        '\nmsgid "Looked at the place"\nmsgstr "现场核查"\n'
        '\nmsgid "What was found at the place"\nmsgstr "核查发现的情况"\n',
    ),
    Insertion(
        "hotline/locale/zh/words.po",
        'msgid "event:made_safe"\nmsgstr "先行处置到位"\n',
        '\nmsgid "event:inspected"\nmsgstr "现场核查"\n',
    ),
    Insertion("docs/contract.md", "`made-safe` {note} ·", " `inspections` {note} ·"),
)
CLOCK = (
    Insertion(
        "sla/clocks/table.py",
        "TABLE = (\n",
        """    ClockRow(
        name="site_look",
        part=True,
        starts=GIVEN,
        stops=("acknowledged",),
        held=("returned",),
        finding="late_first_contact",
        figure=ClockFigure("looked_in_time", "Looked at in time", after="dispatched"),
    ),
""",
    ),
    Insertion("hotline/texts/zh.toml", 'clock_dispatch = "派单"\n', 'clock_site_look = "现场查看"\n'),
    Insertion("hotline/texts/en.toml", 'clock_dispatch = "dispatch"\n', 'clock_site_look = "the look at the place"\n'),
    Insertion(
        "sla/locale/zh/clocks.po",
        'msgid "clock:monthly"\nmsgstr "每月告知"\n',
        '\nmsgid "clock:site_look"\nmsgstr "现场查看"\n\nmsgid "Looked at in time"\nmsgstr "按时现场查看率"\n',
    ),
    Insertion(
        "schema.sql",
        "INSERT INTO policy_rule (version, clock, category, urgency, base, amount, whose) VALUES\n",
        "  (1, 'site_look', '*', '*', '24h', 3600, 'department'),\n",
    ),
    Insertion(
        "hotline/migrations/NEXT_site_look.sql",
        "",
        "-- A clock for the look at the place: the first policy gives it an hour.\n"
        "INSERT INTO policy_rule (version, clock, category, urgency, base, amount, whose, warn)\n"
        "VALUES (1, 'site_look', '*', '*', '24h', 3600, 'department', 80);\n",
    ),
    Insertion(
        "docs/rulebook.md",
        "| file | followed up → archived | 3 working days | 3 | 3 | centre |\n",
        "| site_look | dispatched → acknowledged | 1 h 24h | 1 h | 1 h | department |\n",
    ),
)
CHANNEL = (
    Insertion("hotline/ticket.py", '    VISIT = "visit"\n', '    KIOSK = "kiosk"\n'),
    Insertion("hotline/ticket.py", "BY_HAND = (Channel.CALL,", " Channel.KIOSK,"),
    Insertion(
        "hotline/locale/zh/words.po",
        'msgid "channel:visit"\nmsgstr "来访"\n',
        '\nmsgid "channel:kiosk"\nmsgstr "自助终端"\n\nmsgid "kiosk"\nmsgstr "自助终端"\n',
    ),
    Insertion(
        "schema.sql",
        "channel text NOT NULL CHECK (channel IN ('call', 'sms', 'web', 'letter', 'box', 'visit'",
        ", 'kiosk'",
    ),
    Insertion(
        "hotline/migrations/NEXT_kiosk.sql",
        "",
        "-- Machines at service windows; rows that are there mean what they did.\n"
        "ALTER TABLE ticket DROP CONSTRAINT ticket_channel_check;\n"
        "ALTER TABLE ticket ADD CONSTRAINT ticket_channel_check\n"
        "  CHECK (channel IN ('call', 'sms', 'web', 'letter', 'box', 'visit', 'kiosk', 'webcall')) NOT VALID;\n",
    ),
    Insertion(
        "hotline/migrations/NEXT_kiosk_held.sql",
        "",
        "-- outside a transaction: each statement by itself, repeatable\n"
        "ALTER TABLE ticket VALIDATE CONSTRAINT ticket_channel_check;\n",
    ),
)
FINDING = (
    Insertion(
        "reports/findings/rules.py",
        "#: `stood(department, at)`: whether the ticket's matter stood in the catalogue under the department on the day of `at`.\n"
        "Stood = Callable[[int, datetime], bool]\n",
        '''

def hasty(events: Sequence[RecordedEvent]) -> list[SuspectedFault]:
    """A reply within a minute of the signature: nobody can have looked."""
    found, signed = [], None
    for e in events:
        if e.kind == "signed":
            signed = e
        elif e.kind == "replied" and signed is not None and e.at - signed.at < timedelta(minutes=1):
            key = f"hasty_reply:{e.seq}"
            found.append(SuspectedFault("hasty_reply", int(e.detail["department"]), key, (signed.seq, e.seq), e.at))
    return found
''',
    ),
    Insertion(
        "reports/findings/table.py",
        "RULES = (\n",
        """    FindingRule(
        "hasty_reply",
        "not_acting",
        (Finder(find=lambda events, sight: rules.hasty(events), completed_by=("replied",), reads=("signed",)),),
    ),
""",
    ),
    Insertion(
        "reports/locale/zh/notice.po",
        'msgid "coaxed_rating"\nmsgstr "诱导评价或撤诉"\n',
        '\nmsgid "hasty_reply"\nmsgstr "敷衍答复"\n',
    ),
    Insertion(
        "docs/rulebook.md",
        "| coaxed rating | a rating or withdrawal shown to be pressed for | not acting |\n",
        "| hasty reply | within a minute of the signature | not acting |\n",
    ),
)
RECIPES = {"A move": MOVE, "A clock": CLOCK, "A channel": CHANNEL, "A finding": FINDING}
#: In how many modules something is added: a move in its own file, in the table of moves, and with the kind of its event.
MODULES = {"A move": 3, "A clock": 2, "A channel": 2, "A finding": 2}
#: Written by a command that the recipe names.
MADE = {"docs/states.md"}
#: What the made-up things do, in a real database of the copy; it is collected only there.
TRIED = ("tests/sla/made_up.py", "tests/sla/test_made_up.py")
CHECKS = (
    TRIED[1],
    "tests/test_states.py::test_the_page_is_what_the_command_makes",
    "tests/test_states.py::test_every_clock_of_a_ticket_has_a_start_and_a_stop",
    "tests/test_catalogue.py",
    "tests/hotline/moves/test_table.py",
    "tests/sla/clocks/test_table.py",
    "tests/hotline/contacts/test_channels.py",
    "tests/reports/test_finding_rules.py",
    "tests/reports/test_papers_words.py::test_each_word_of_the_record_has_its_chinese",
    "tests/hotline/base/test_upgrade.py::test_the_first_database_becomes_that_of_today",
)


def steps_of(name: str) -> list[str]:
    """The numbered steps of a recipe."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    recipe = text[text.index(f"**{name}") :].split("\n\n", 1)[0]
    return re.split(r"(?m)^\d+\. ", recipe)[1:]


def named_in(name: str) -> set[str]:
    """The files and folders that the steps of a recipe name."""
    return {path for step in steps_of(name) for path in _FILE.findall(step) if (ROOT / path).exists()}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_what_is_changed_and_nothing_else(name: str) -> None:
    named, changed = named_in(name), {one.path for one in RECIPES[name]}
    of = {path: {n for n in named if path == n or path.startswith(f"{n}/")} for path in changed}
    assert {path for path, places in of.items() if not places} == set(), "changed, and no step names it"
    assert named - {n for places in of.values() for n in places} - MADE == set(), "named, and not changed"
    assert len({path for path in changed if path.endswith(".py")}) <= MODULES[name]


def copy_of_the_tree(to: Path) -> None:
    """What git keeps or would keep, without pictures."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and not name.endswith(".png"):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)


def follow(recipe: tuple[Insertion, ...], tree: Path) -> None:
    """Make the changes of a recipe."""
    for one in recipe:
        steps = len(list((tree / "hotline" / "migrations").glob("*.sql")))
        path = tree / one.path.replace("NEXT", f"{steps + 1:04d}")
        before = path.read_text("utf-8") if one.behind else ""
        assert one.behind in before, f"{one.path} has no place behind {one.behind!r}"
        place = before.index(one.behind) + len(one.behind)
        path.write_text(before[:place] + one.text + before[place:], "utf-8")


def test_what_the_recipes_give_works(server: str, tmp_path: Path) -> None:
    """All at once, so that one run of the checks tells."""
    copy_of_the_tree(tmp_path)
    for recipe in RECIPES.values():
        follow(recipe, tmp_path)
    shutil.copyfile(tmp_path / TRIED[0], tmp_path / TRIED[1])
    env = os.environ | {"TEST_DATABASE_URL": server, "PYTHONPATH": str(tmp_path)}
    changed = sorted({one.path for recipe in RECIPES.values() for one in recipe if one.path.endswith(".py")})
    for command in (
        ["-m", "tools.states"],
        ["-m", "tools.migrations"],
        ["-m", "ruff", "check", "--no-cache", *changed],
        ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'base'}", *CHECKS],
    ):
        done = subprocess.run([sys.executable, *command], cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
