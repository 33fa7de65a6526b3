"""Which statements of a migration lock or rewrite a table while others use it; `python -m tools.migrations`, part of `make lint`.

A table that the step itself makes is nobody's yet: what is done to it is not looked at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.base.db.migrate import Migration, migrations

_MADE = re.compile(r"^CREATE TABLE (?:IF NOT EXISTS )?(\w+)", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:ALTER TABLE (?:IF EXISTS )?(?:ONLY )?|UPDATE (?:ONLY )?|DELETE FROM (?:ONLY )?|TRUNCATE (?:TABLE )?|LOCK (?:TABLE )?"
    r"|CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?\w+ ON (?:ONLY )?)(\w+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LockRule:
    """What is refused where a statement matches `form` and not `unless`, and what is done instead."""

    form: str
    instead: str
    unless: str = r"(?!)"
    #: Where the rule holds: in steps within a transaction, outside one, or (None) in both.
    outside: bool | None = None


RULES: Sequence[LockRule] = (
    LockRule(
        r"^CREATE (UNIQUE )?INDEX\b",
        "writers wait until the index is built: CREATE INDEX CONCURRENTLY in a step outside a transaction",
        r"\bCONCURRENTLY\b",
    ),
    LockRule(r"\bCONCURRENTLY\b", "it needs a step that begins with -- outside a transaction", outside=False),
    LockRule(r"^REINDEX\b", "it locks: REINDEX … CONCURRENTLY", r"\bCONCURRENTLY\b"),
    LockRule(
        r"^CREATE (UNIQUE )?INDEX\b|^DROP INDEX\b",
        "it may run twice: IF [NOT] EXISTS",
        r"\bIF (NOT )?EXISTS\b",
        outside=True,
    ),
    LockRule(
        r"",
        "a step outside a transaction builds indexes and validates constraints, and nothing else",
        r"^CREATE (UNIQUE )?INDEX\b|^DROP INDEX\b|^REINDEX\b|\bVALIDATE CONSTRAINT\b",
        outside=True,
    ),
    LockRule(
        r"^ALTER TABLE\b.*\bVALIDATE CONSTRAINT\b",
        "it reads the whole table under the locks of the step: in a step outside a transaction",
        outside=False,
    ),
    LockRule(
        r"^ALTER TABLE\b.*\bADD (CONSTRAINT|CHECK|FOREIGN KEY|UNIQUE|PRIMARY KEY)\b",
        "it reads the whole table under a lock: NOT VALID, and VALIDATE CONSTRAINT in a step outside a transaction",
        r"\bNOT VALID$|\bUSING INDEX\b",
    ),
    LockRule(
        r"^ALTER TABLE\b.*\bADD (COLUMN )?(IF NOT EXISTS )?(?!CONSTRAINT|CHECK|FOREIGN|UNIQUE|PRIMARY)\w+ .*"
        r"\b(REFERENCES|CHECK|UNIQUE|PRIMARY KEY)\b",
        "a column comes without constraints: ADD CONSTRAINT … NOT VALID after it",
    ),
    LockRule(
        r"^ALTER TABLE\b.*\bADD (COLUMN )?(IF NOT EXISTS )?\w+ .*(\b(small|big)?serial\b|\bGENERATED\b|\bDEFAULT [^,]*\w+\()",
        "each row is written anew: a constant default, or none and filled in portions",
    ),
    LockRule(
        r"^ALTER TABLE\b.*\bADD (COLUMN )?(IF NOT EXISTS )?(?!CONSTRAINT)\w+ .*\bNOT NULL\b",
        "rows that are there have no value: with a constant default",
        r"\bDEFAULT\b",
    ),
    LockRule(r"^ALTER TABLE\b.*\bALTER (COLUMN )?\w+ (SET DATA )?TYPE\b", "each row is written anew: a new column"),
    LockRule(
        r"^ALTER TABLE\b.*\bSET NOT NULL\b",
        "it reads the whole table under a lock: CHECK (… IS NOT NULL) NOT VALID, validated outside",
    ),
    LockRule(r"^ALTER TABLE\b.*\bSET (UN)?LOGGED\b|\bSET TABLESPACE\b", "the table is written anew"),
    LockRule(r"^ALTER TABLE\b.*\bRENAME\b", "a program that still runs does not know the name: a new column"),
    LockRule(r"^(CLUSTER|VACUUM|LOCK|TRUNCATE)\b", "nobody else gets at the table"),
    LockRule(r"^(UPDATE|DELETE)\b", "every row is written anew: say which rows", r"\bWHERE\b"),
)


def problems(step: Migration) -> list[str]:
    """What a step does that it must not, as sentences; none is well."""
    statements = [" ".join(statement.split()) for statement in step.statements]
    made = {found[1].lower() for s in statements if (found := _MADE.match(s))}
    said = []
    for statement in statements:
        about = _ABOUT.match(statement)
        if about and about[1].lower() in made:
            continue
        for rule in RULES:
            if rule.outside is not None and rule.outside is not step.outside:
                continue
            if re.search(rule.form, statement, re.IGNORECASE) and not re.search(rule.unless, statement, re.IGNORECASE):
                said.append(f"{step.version:04d} {step.name}: {statement[:90]}: {rule.instead}")
    return said


def main() -> int:
    """Look at every shipped step after the first schema."""
    found = [problem for step in migrations()[1:] for problem in problems(step)]
    for problem in found:
        print(problem)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
