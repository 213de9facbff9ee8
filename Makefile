# Two commands are all a newcomer needs: `make run` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
HOST   ?= 127.0.0.1
PORT   ?= 5000

# As many processes as the machine has cores, four at most; a file of tests stays in one of them.
JOBS   ?= $(shell n=$$(nproc 2>/dev/null || echo 1); echo $$((n < 4 ? n : 4)))
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile

# Where tests use the database; what they say without one, or of its file, they say once (tests/conftest.py).
ON_POSTGRESQL := tests/api tests/clauses/test_asked.py tests/curation tests/directory tests/exchange tests/maps --ignore=tests/directory/test_warm.py

.PHONY: help install run test check bench relevance audit lock browser postgresql compiled clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

install: compiled ## a .venv in this folder with the console script `catalogue`

run: install ## start the site on http://127.0.0.1:5000 (PORT=8000 for another port)
	@exec $(BIN)/catalogue run --host $(HOST) --port $(PORT)

test: $(VENV)/.dev browser postgresql ## every test, in a real browser too; what uses the database on PostgreSQL too
	@env -u CATALOGUE_TEST_DATABASE $(PYTEST)
	CATALOGUE_TEST_DATABASE=$${CATALOGUE_TEST_DATABASE:-postgresql} $(PYTEST) $(ON_POSTGRESQL)

check: $(VENV)/.dev ## lint, types, architecture, migrations, lock files, known faults in packages
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST) tests/tree
	$(BIN)/python -m tests.dependencies

bench: $(VENV)/.dev compiled postgresql ## measure; writes bench/ (BENCH="--sizes 300 --seconds 3" for a short try)
	@$(BIN)/python -m tests.bench $(BENCH)

relevance: $(VENV)/.dev ## how well questions are answered, beside two plain engines
	@$(BIN)/python -m tests.relevance

audit: $(VENV)/.dev ## known faults in dependencies
	@$(BIN)/python -m tests.dependencies

lock: $(VENV)/.dev ## write the lock files anew from pyproject.toml (needs uv)
	@uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --strip-extras pyproject.toml -o requirements.txt
	uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --strip-extras --extra dev pyproject.toml -o requirements-dev.txt

browser:
	@.ci/ensure chromium

postgresql:
	@case "$${CATALOGUE_TEST_DATABASE:-postgresql}" in postgresql) .ci/ensure postgresql || true ;; esac

clean: ## throw away the .venv
	@rm -rf $(VENV)

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) .ci/ensure venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.txt pyproject.toml
	@echo "Installing what the site needs (about half a minute the first time) ..."
	$(PIP) -r requirements.txt
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

# Compiled once, also where Python is told to keep nothing: it takes half a second of every start.
compiled: $(VENV)/.run
	@$(BIN)/python -m compileall -q catalogue

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@echo "Installing what the tests need ..."
	$(PIP) -r requirements-dev.txt
	touch $@
