# Two targets do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

# The same pins for what is installed and for what builds it; pip reads the second name from 25.3 on.
export PIP_CONSTRAINT       := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Hundreds of tests start the command: its code is compiled once, whatever the machine says.
export PYTHONDONTWRITEBYTECODE :=

# For pip: an environment of a minute is not compiled beforehand (`--no-compile`).
PIPFLAGS ?=

# Not empty: only the wheels of requirements-hashed.txt are installed (docs/decisions/0021-pins.md).
HASHED ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test test-short test-long cover lint bench docs shots pictures site release-check release-check-short pins audit clean

# What another version of Python may change: databases, streams, the reading of files, the command itself.
SHORT := tests/fse/test_rights_register.py tests/ledger/test_ledger_schema.py tests/cli/test_cli_damage.py \
  tests/cli/test_cli_library.py tests/cli/test_cli_streams.py tests/cli/test_cli_help.py \
  tests/flatfile/test_flatfile_source.py tests/fse/test_fse_reader.py tests/noemie/test_noemie_reader.py

# Tests that try examples of their own making, or take a minute.
LONG = $(shell grep -rlE '@given|suivi_settings|HYPOTHESIS_PROFILE' tests --include='test_*.py' | sort)

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## install the toolkit and its tools in .venv

$(STAMP): pyproject.toml constraints.txt requirements-hashed.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "sesam-noemie needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV) \
	  || { echo "python3-venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
ifeq ($(HASHED),)
	$(BIN)/python -m pip install --quiet $(PIPFLAGS) --editable '.[dev]'
else
	PIP_CONSTRAINT= PIP_BUILD_CONSTRAINT= $(BIN)/python -m pip install --quiet $(PIPFLAGS) --only-binary :all: \
	  --no-deps --require-hashes --requirement requirements-hashed.txt
	$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --quiet
endif
	@touch $(STAMP)

demo: $(STAMP) ## the whole story on a small synthetic flow
	@$(BIN)/noemie demo

test: $(STAMP) ## the whole test suite
	$(BIN)/python -m pytest --numprocesses=auto

test-short: $(STAMP) ## a minute of it: what another version of Python may change
	$(BIN)/python -m pytest --numprocesses=auto $(SHORT)

test-long: $(STAMP) ## the properties with many new examples: about an hour on two cores
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest --numprocesses=auto $(LONG)

cover: $(STAMP) ## the same, with the lines and branches that no test runs
	$(BIN)/python -m pytest --numprocesses=auto --cov --cov-report=term

lint: $(STAMP) ## style, types and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) ## speed, as ratios to a floor measured in the same run; PARTS="columns peaks": these alone
	$(BIN)/python -m bench $(PARTS)

docs: $(STAMP) ## write the reference pages again from the tables
	$(BIN)/python -m tools.reference docs/reference
	$(BIN)/python -m noemie.documents.convert.schemas
	$(BIN)/python -m tools.schemas
	$(BIN)/python -m tools.transcripts README.md README.fr.md docs/guides/*.md docs/tutorials/*.md docs/fr/*.md \
	  docs/fr/guides/*.md

site: $(STAMP) ## the documentation site, in both languages, in site/; no network
	$(BIN)/python -m pip install --quiet --editable '.[site]'
	$(BIN)/python -m tools.site site
	NOEMIE_TEST_SITE=site $(BIN)/python -m pytest tests/test_site_built.py

release-check: $(STAMP) ## the packages built, installed in clean environments and tried there
	$(BIN)/python -m tools.release $(PYTHONS)

release-check-short: $(STAMP) ## two of them: without extras on the first of PYTHONS, with `all` on the last
	$(BIN)/python -m tools.release --short $(PYTHONS)

pins: $(STAMP) ## the hashes of constraints.txt again, for each of PYTHONS
	$(BIN)/python -m tools.pins $(PYTHONS)

audit: $(STAMP) ## pins, licences, bill of materials (CycloneDX) in build/audit; no network
	$(BIN)/python -m tools.audit build/audit $(AUDIT)

shots: $(STAMP) ## pictures of every screen of the page, in build/shots, to be looked at
	$(BIN)/python -m tools.shots build/shots

pictures: $(STAMP) ## the pictures of the documents again, in docs/images
	$(BIN)/python -m tools.shots --docs

clean: ## remove everything that was built
	rm -rf $(VENV) .venv-newest .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
