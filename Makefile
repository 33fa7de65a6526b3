# The commands of the README. Everything installs into .venv; nothing outside the clone is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared
# `short` in CI; `full` takes as long as it takes.
PROVE ?= full
# Below these everything but pages needs a database; they run again on PostgreSQL 15 in CI.
DATABASE_TESTS := tests/hotline tests/routing tests/sla tests/reports tests/e2e tests/test_architecture.py

.PHONY: routing-cv run install test check lint test-database prove bench shots clean

run: install
	$(BIN)/python main.py serve --demo

install: $(VENV)/.installed

$(VENV)/.installed: setup.cfg pyproject.toml package-lock.json
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	$(BIN)/python -m hotline.assets
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

test: $(VENV)/.tested
	$(BIN)/python -m pytest -m "not prove"

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

test-database: $(VENV)/.tested
	$(BIN)/python -m pytest -m "not prove and not browser" $(wildcard $(DATABASE_TESTS))

prove: $(VENV)/.tested
	SHARED=$(abspath $(SHARED)) PROVE=$(PROVE) $(BIN)/python -m pytest -m prove --timeout=1800

bench: $(VENV)/.tested
	SHARED=$(abspath $(SHARED)) $(BIN)/python -m bench

routing-cv: $(VENV)/.installed
	$(BIN)/python -m routing.model.cv $(SHARED)/data/routing/shangluo_train.csv --repeats 3
	$(BIN)/python -m routing.model.cv $(SHARED)/data/routing/taipei_75_train.csv --repeats 2

# Screenshots of the README, from a demo that runs (make run) at BASE.
BASE ?= http://127.0.0.1:1890
shots: $(VENV)/.tested
	$(BIN)/python docs/shots.py $(BASE)

clean:
	rm -rf $(VENV) build *.egg-info
