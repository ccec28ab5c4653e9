# What a person types here. `make` alone lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
RUN := PYTHONPATH=. $(BIN)/python
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet install
TESTS ?=
MUTANTS ?=
BENCH ?=
# Two of them keep two cores busy; each has its own database and its own ports.
TEST_WORKERS ?= 3
# What failed beside others is run again alone: a busy machine keeps browsers and servers waiting.
ALONE := { echo 'Again, alone:'; $(RUN) -m pytest --last-failed --last-failed-no-failures=none; }

# What was done once is remembered in .venv/.done-*; what it was done from is its prerequisite.
VENV := .venv/.done-venv
RUNTIME := .venv/.done-runtime
TOOLS := .venv/.done-tools
PRODUCT := .venv/.done-product
ASSETS := $(wildcard package.json package-lock.json hatch_build.py) \
	$(shell find itsm/web/static -type f -not -path '*/dist/*' 2>/dev/null)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

install: $(PRODUCT) ## build .venv with the product and its web assets

demo: $(PRODUCT) ## start a demo instance on http://127.0.0.1:8000
	@exec $(BIN)/itsm demo

test: $(PRODUCT) $(TOOLS) ## run all tests against servers of their own
	@sh tests/debian-packages.sh
	@$(RUN) -m pytest -n $(TEST_WORKERS) --dist loadfile $(TESTS) || $(ALONE)

check: $(TOOLS) ## lint, types, import floors, templates, spelling, dead dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint itsm --check --lint --quiet
	$(BIN)/codespell itsm migrations tests bench docs *.md
	$(BIN)/deptry .

fix: $(TOOLS) ## let the tools repair and format what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint itsm --reformat --quiet

bench: $(PRODUCT) $(TOOLS) ## measure everything; JSON and a table under var/bench/
	@sh tests/debian-packages.sh
	@$(RUN) -m bench.run $(BENCH)

docs: $(TOOLS) ## render docs/ to var/docs/ and check every link
	@$(RUN) -m docs.build

faults: $(PRODUCT) $(TOOLS) ## the long form of the tests that kill processes and servers
	@sh tests/debian-packages.sh
	@FAULTS=long $(RUN) -m pytest tests/faults --timeout 1800 $(TESTS)

mutants: $(PRODUCT) $(TOOLS) ## remove permission checks one by one; the tests must notice each
	@MUTANTS=$(MUTANTS) $(RUN) -m tests.access.mutants


assets: $(PRODUCT) ## build the web assets again
	@rm -f $(PRODUCT) && $(MAKE) --no-print-directory $(PRODUCT)

lock: ## resolve the pinned requirements again (needs uv)
	$(UV) pip compile requirements/build.in $(LOCK) -o requirements/build.txt
	$(UV) pip compile requirements/node.in $(LOCK) -o requirements/node.txt
	$(UV) pip compile pyproject.toml $(LOCK) -o requirements/runtime.txt
	$(UV) pip compile pyproject.toml --group dev -c requirements/runtime.txt $(LOCK) -o requirements/dev.txt
LOCK := --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

clean: ## remove what was built; instances under var/ stay
	rm -rf .venv node_modules itsm/web/static/dist dist build var/docs var/bench
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help install demo test check fix bench docs faults mutants assets lock clean

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'itsm needs Python 3.11 or newer: make PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh tests/debian-packages.sh python3-venv
	@$(PYTHON) -m venv .venv
	@touch $@

$(RUNTIME): requirements/runtime.txt requirements/build.txt requirements/node.txt | $(VENV)
	@echo 'installing the pinned requirements'
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@command -v npm >/dev/null || $(PIP) --require-hashes -r requirements/node.txt
	@touch $@

$(TOOLS): requirements/dev.txt $(RUNTIME)
	@echo 'installing the pinned test tools'
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(PRODUCT): pyproject.toml $(ASSETS) $(RUNTIME)
	@echo 'installing the product and its web assets'
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
