"""Steps that lock or rewrite a table are refused, in the forms in which people write them."""

from __future__ import annotations

import pytest

from hotline.base.db.migrate import Migration, migrations
from tools.migrations import problems

REFUSED = (
    "CREATE INDEX a ON ticket (state)",
    "create unique index if not exists a on ticket (state)",
    "CREATE INDEX CONCURRENTLY a ON ticket (state)",
    "REINDEX TABLE ticket",
    "ALTER TABLE ticket ADD CONSTRAINT a CHECK (state <> '')",
    "ALTER TABLE ticket\n  ADD CONSTRAINT a FOREIGN KEY (owner_id) REFERENCES app_user",
    "ALTER TABLE ticket ADD CHECK (state <> '')",
    "ALTER TABLE ticket ADD PRIMARY KEY (id)",
    "ALTER TABLE ticket ADD COLUMN next_id bigint REFERENCES ticket",
    "ALTER TABLE ticket ADD next_id bigint UNIQUE",
    "ALTER TABLE ticket ADD COLUMN token uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE ticket ADD COLUMN at timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE ticket ADD COLUMN place int NOT NULL",
    "ALTER TABLE ticket ADD COLUMN nth bigserial",
    "ALTER TABLE ticket ADD COLUMN nth bigint GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE ticket ALTER COLUMN number TYPE varchar(20)",
    "ALTER TABLE ticket ALTER number SET DATA TYPE bigint",
    "ALTER TABLE ONLY ticket ALTER COLUMN department_id SET NOT NULL",
    "ALTER TABLE ticket RENAME COLUMN state TO status",
    "ALTER TABLE ticket SET UNLOGGED",
    "ALTER TABLE ticket VALIDATE CONSTRAINT ticket_state_check",
    "UPDATE ticket SET state = 'received'",
    "DELETE FROM ticket_sketch",
    "TRUNCATE ticket_sketch",
    "LOCK TABLE ticket",
    "CLUSTER ticket USING ticket_pkey",
    "VACUUM FULL ticket",
    "CREATE TABLE other (id int); CREATE INDEX a ON ticket (state)",
)
ALLOWED = (
    "CREATE TABLE new (id int PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES ticket); CREATE INDEX a ON new (ticket_id)",
    "ALTER TABLE ticket ADD COLUMN note text",
    "ALTER TABLE ticket ADD COLUMN note text NOT NULL DEFAULT ''",
    "ALTER TABLE ticket ADD COLUMN names text[] NOT NULL DEFAULT '{}'; ALTER TABLE ticket ALTER COLUMN names DROP DEFAULT",
    "ALTER TABLE ticket DROP COLUMN note",
    "ALTER TABLE ticket DROP CONSTRAINT ticket_state_check",
    "ALTER TABLE ticket ADD CONSTRAINT a CHECK (state <> '') NOT VALID",
    "ALTER TABLE ticket ADD CONSTRAINT a FOREIGN KEY (owner_id) REFERENCES app_user NOT VALID",
    "ALTER TABLE ticket ADD CONSTRAINT a UNIQUE USING INDEX b",
    "UPDATE ticket SET state = 'received' WHERE state = 'new'",
    "INSERT INTO retention VALUES ('audio', 90)",
    "CREATE OR REPLACE VIEW v AS SELECT 1 AS one",
    "-- CREATE INDEX a ON ticket (state)\nSELECT 1",
)
OUTSIDE_REFUSED = (
    "CREATE INDEX IF NOT EXISTS a ON ticket (state)",
    "CREATE INDEX CONCURRENTLY a ON ticket (state)",
    "DROP INDEX CONCURRENTLY a",
    "UPDATE ticket SET state = 'received' WHERE state = 'new'",
    "CREATE TABLE IF NOT EXISTS other (id int)",
)
OUTSIDE_ALLOWED = (
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON ticket (state)",
    "DROP INDEX CONCURRENTLY IF EXISTS a",
    "ALTER TABLE ticket VALIDATE CONSTRAINT ticket_state_check",
)


def step(sql: str) -> Migration:
    return Migration(9, "made_up", sql)


@pytest.mark.parametrize("sql", REFUSED)
def test_what_locks_or_rewrites_is_refused(sql: str) -> None:
    assert len(problems(step(sql))) >= 1


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_is_short_is_allowed(sql: str) -> None:
    assert problems(step(sql)) == []


@pytest.mark.parametrize("sql", OUTSIDE_REFUSED)
def test_outside_a_transaction_only_what_may_run_twice(sql: str) -> None:
    assert problems(step(f"-- outside a transaction\n{sql};"))


@pytest.mark.parametrize("sql", OUTSIDE_ALLOWED)
def test_outside_a_transaction_indexes_and_checks(sql: str) -> None:
    assert problems(step(f"-- outside a transaction\n{sql};")) == []


@pytest.mark.parametrize("shipped", migrations()[1:], ids=lambda m: f"{m.version:04d}")
def test_the_shipped_steps_take_no_long_lock(shipped: Migration) -> None:
    assert problems(shipped) == []
