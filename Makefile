# The commands of the README. Everything installs into .venv; nothing outside the clone is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared

.PHONY: run install test check lint prove bench clean

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

prove: $(VENV)/.tested
	SHARED=$(SHARED) $(BIN)/python -m pytest -m prove

clean:
	rm -rf $(VENV) build *.egg-info
