# Every target does all set-up by itself; a second call costs nothing.
VENV   := .venv
PYTHON := $(VENV)/bin/python
STAMP  := $(VENV)/.variophone
CODE   := main.py engine gui tools tests

# Tests that need no Qt run where none can be imported. What plays sound or works on a screen runs alone, so that
# nothing else takes its time, and on a virtual screen of its own.
NEEDS_QT := tests/gui tests/e2e tests/architecture
PYTEST   := $(PYTHON) -m pytest
PARALLEL := -n 2 --dist loadgroup -m "not sound and not screen"

.PHONY: setup run check test bench pages
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
	$(PYTHON) tools/pages.py --check

test: check
	PYTHONPATH="$(CURDIR)/tests/support/without_qt" $(PYTEST) -p no:pytest-qt tests $(addprefix --ignore=,$(NEEDS_QT)) $(PARALLEL)
	$(PYTEST) $(NEEDS_QT) $(PARALLEL)
	$(PYTHON) tools/with_screen.py --own $(PYTEST) -m "sound or screen"

bench: setup
	@$(PYTHON) tools/bench.py $(ARGS)

pages: setup
	$(PYTHON) tools/pages.py
