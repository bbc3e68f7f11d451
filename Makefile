# make run: the page on http://127.0.0.1:7860      make test: everything that is checked
.DEFAULT_GOAL := help
SHELL := /bin/bash

# The first Python on the path that is new enough; another one: make run PYTHON=/path/to/python
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test

.PHONY: help run test lint bench chromium constraints clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST)

run: $(RUN_STAMP) ## install what is missing and start the page
	@$(BIN)/python app.py

test: $(TEST_STAMP) chromium lint ## install what the tests need, lint, type-check, run every test
	$(BIN)/python -m pytest

lint: $(TEST_STAMP) ## style, types and the import rules
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(RUN_STAMP) ## time the main job on this machine
	$(BIN)/python -m ecg_chat bench

# The browser tests drive Chromium. Without it they skip and say so; the rest of the suite runs.
chromium: $(TEST_STAMP)
	@tools="chromium chromium-browser google-chrome google-chrome-stable"; \
	for name in $$tools; do command -v "$$name" >/dev/null && exit 0; done; \
	ls -d "$${PLAYWRIGHT_BROWSERS_PATH:-$$HOME/.cache/ms-playwright}"/chromium-* >/dev/null 2>&1 && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium && exit 0; \
	fi; \
	$(BIN)/python -m playwright install chromium && exit 0; \
	echo "The browser tests will be skipped: install Chromium (on Debian or Ubuntu: sudo apt-get install chromium)."

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "ecg_chat needs Python 3.11 or later; none was found on the path."; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { echo "Python could not make a virtual environment; on Debian or Ubuntu install python3-venv."; exit 1; }

# One resolution for everything, torch included, so that no package can bring another torch along.
$(RUN_STAMP): requirements.txt constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@touch $@

$(TEST_STAMP): requirements-dev.txt requirements.txt constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-dev.txt
	@touch $(RUN_STAMP) $@

# After changing a version: install by hand, then write down what was tested. The "+cpu" of a torch build is not part of the pin.
constraints: $(TEST_STAMP)
	@{ head -2 constraints.txt; $(BIN)/python -m pip freeze --all | sed -E '/^pip==/d; s/\+cpu$$//'; } > constraints.new
	@mv constraints.new constraints.txt

clean: ## remove the virtual environment and the caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
