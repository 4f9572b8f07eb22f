# Everything a person does here, one word each; `make help` lists the words.
#
# `make site` and `make test` set up what is missing first: system libraries (dreiebok/needs.py),
# the environment in .venv, and the packages in the versions that constraints.txt names.
#   PYTHON=python3.12   the Python to use; else the first on the PATH that is new enough
#   INSTALL=            only tell what the system lacks, never install it
#   QUIET=              let pip say what it does
#   PARALLEL=           run the tests one after the other
#   ARGS="..."          options for the program, such as make build ARGS="--only website"

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# One step rests on the one before; -j gains nothing and would mix up the set-up.
.NOTPARALLEL:

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && echo $$p && break; done)
endif
INSTALL ?= --install
QUIET ?= --quiet
ARGS ?=
# A file of tests stays with one worker, which keeps what its tests share.
PARALLEL ?= -n auto --maxprocesses 4 --dist loadfile

VENV := .venv
RUN := $(VENV)/bin/python
BUILD := $(RUN) build.py
PIP_INSTALL := -m pip --disable-pip-version-check --no-input --no-color install $(QUIET)
NPM_INSTALL := npm install --no-audit --no-fund --no-package-lock --ignore-scripts --omit=optional \
	--loglevel=error --prefix $(VENV)/npm
# One mark for each set of packages: made when the set is complete, older when a version changes.
PACKAGES := $(VENV)/packages-installed
TEST_PACKAGES := $(VENV)/test-packages-installed

.PHONY: help site build check serve translate test accept lint format schemas accessibility bench \
	constraints licences clean setup setup-test python

help: ## list these words
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s%s\n", $$1, $$2}'

site: setup ## set up what is missing, then build everything into site/
	@$(BUILD) $(ARGS)

build: site ## the same as site

check: setup ## tell every problem in the sources; write nothing
	@$(BUILD) check $(ARGS)

serve: setup ## show the site in the browser, and every change as it is saved
	@$(BUILD) serve $(ARGS)

translate: setup ## bring catalogs up to date, or look at them: ARGS=status, check, "add sv"
	@$(BUILD) translate $(or $(ARGS),status)

# Tests start hundreds of processes: where Python is told to write no compiled modules
# (PYTHONDONTWRITEBYTECODE), each would compile ours anew: a seventh of what test_faults takes.
test: lint ## set up what is missing, then everything that CI checks
	@$(RUN) -m compileall -q dreiebok
	@$(RUN) -m pytest $(PARALLEL) $(ARGS)

accept: setup-test ## let the tests rewrite their expected output; read the diff like code
	@$(RUN) -m pytest --accept $(ARGS)

lint: setup-test ## style and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

format: setup-test ## put the code in order
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .

schemas: setup ## write schemas/ anew from the model
	@$(RUN) -m dreiebok schemas

licences: setup-test ## write docs/licences.md and the SBOM anew from what is installed
	@$(RUN) -m tests.supply

accessibility: site setup-test ## look at every page of site/ as WCAG asks; write docs/accessibility.md
	@$(RUN) -m tests.accessibility site --evidence docs/accessibility.md $(ARGS)

bench: setup-test ## measure the build against its yardsticks
	@$(RUN) -m tests.bench $(ARGS)

clean: ## remove what is made here, but for the environment
	rm -rf site build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- set-up ---------------------------------------------------------------------------------------
# The machine is asked every time (a tenth of a second); the marks tell whether pip has work to do.
# An environment whose Python is gone, or was replaced by a newer one, is made anew.

setup: python ## only the set-up for building
	@$(PYTHON) -m dreiebok.machine --for site --quiet $(INSTALL)
	@$(RUN) -c 'import pip' 2>/dev/null || rm -f $(PACKAGES) $(TEST_PACKAGES)
	@if $(MAKE) --question $(PACKAGES) >/dev/null; then echo 'Set-up: nothing to do.'; \
	else $(MAKE) $(PACKAGES); fi

setup-test: python ## only the set-up for testing
	@$(PYTHON) -m dreiebok.machine --for test --quiet $(INSTALL)
	@$(RUN) -c 'import pip' 2>/dev/null || rm -f $(PACKAGES) $(TEST_PACKAGES)
	@if $(MAKE) --question $(TEST_PACKAGES) >/dev/null; then echo 'Set-up: nothing to do.'; \
	else $(MAKE) $(TEST_PACKAGES); fi

python:
	@test -n '$(PYTHON)' && $(PYTHON) -c '$(NEW_ENOUGH)' || { printf '%s\n' \
		'Dreiebok needs Python 3.11 or newer, and there is none on the PATH. Install it:' \
		'  Debian, Ubuntu: sudo apt-get install python3 python3-venv' \
		'  Fedora:         sudo dnf install python3' \
		'  macOS:          brew install python3' >&2; exit 3; }

$(PACKAGES): pyproject.toml constraints.txt
	@$(RUN) -c 'import pip' 2>/dev/null || { \
		echo 'Set-up: making the environment $(VENV)'; $(PYTHON) -m venv --clear $(VENV); }
	@echo 'Set-up: installing the packages'
	@$(RUN) $(PIP_INSTALL) -c constraints.txt -e . || { $(NO_PACKAGES); }
	@touch $@

$(TEST_PACKAGES): $(PACKAGES) tests/package.json
	@echo 'Set-up: installing the packages for testing'
	@$(RUN) $(PIP_INSTALL) -c constraints.txt -e '.[test,dev]' || { $(NO_PACKAGES); }
	@mkdir -p $(VENV)/npm && cp tests/package.json $(VENV)/npm/
	@$(NPM_INSTALL) >/dev/null || { $(NO_PACKAGES); }
	@touch $@

NO_PACKAGES = echo 'The packages could not be installed; see above, or more: make $@ QUIET=' >&2; exit 3

# The newest versions that pyproject.toml allows; the tests then tell whether to keep them. The
# comment at the top of the file stays; it says which Python to take. --format=freeze writes neither
# addresses nor paths.
constraints: python ## renew constraints.txt; run make licences test afterwards
	@rm -rf build/constraints && mkdir -p build/constraints
	@$(PYTHON) -m venv build/constraints/venv
	@build/constraints/venv/bin/python $(PIP_INSTALL) '.[test,dev]'
	@sed -n '/^#/p' constraints.txt > build/constraints/new.txt
	@build/constraints/venv/bin/python -m pip --disable-pip-version-check list --format=freeze \
		--exclude dreiebok --exclude pip --exclude setuptools >> build/constraints/new.txt
	@mv build/constraints/new.txt constraints.txt
	@rm -rf build/constraints
