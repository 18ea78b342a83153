# Every target does all set-up by itself; a second call costs nothing.
VENV   := .venv
PYTHON := $(VENV)/bin/python
STAMP  := $(VENV)/.variophone
CODE   := main.py engine gui tools tests

# Tests that need no Qt run where none can be imported; sound is played alone, so that nothing else takes its time.
NEEDS_QT := tests/gui tests/e2e tests/architecture
PYTEST   := $(PYTHON) -m pytest
PARALLEL := -n 2 --dist loadgroup -m "not sound"

.PHONY: setup run check test bench
.DEFAULT_GOAL := setup

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt tools/setup.py tools/system.py
	@tools/python tools/setup.py

run: setup
	@$(PYTHON) tools/with_screen.py $(PYTHON) main.py $(ARGS)

check: setup
	$(PYTHON) -m ruff check $(CODE)
	$(PYTHON) -m ruff format --check $(CODE)
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports --no-cache

test: check
	PYTHONPATH="$(CURDIR)/tests/support/without_qt" $(PYTEST) -p no:pytest-qt tests $(addprefix --ignore=,$(NEEDS_QT)) $(PARALLEL)
	$(PYTEST) $(NEEDS_QT) $(PARALLEL)
	$(PYTEST) -m sound

bench: setup
	@$(PYTHON) tools/bench.py $(ARGS)
