# All set-up happens in a virtual environment in this checkout, with pip alone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
BACKOFFICE := $(BIN)/python examples/backoffice/manage.py

.PHONY: help test pythons lowest docs demo backoffice bench mutation tables cases format clean

help:
	@echo "make demo       the rule book at work on a portfolio of examples/"
	@echo "make backoffice a broker's back office, with Django, at http://127.0.0.1:8000/"
	@echo "make test       everything that CI runs"
	@echo "make pythons    the same on each Python at hand, from 3.11 on"
	@echo "make lowest     all tests with the lowest versions that pyproject.toml allows"
	@echo "make docs       the site, in docs/_build/html"
	@echo "make bench      the measurements, and their page of the docs (some minutes)"
	@echo "make mutation   mutation tests of the core and the kit (some ten minutes)"
	@echo "make tables     writes the tables and the picture of the docs from the code"
	@echo "make cases      writes the conformance cases again"
	@echo "make format     formats the code"
	@echo "make clean      removes all that these made"

# Not editable: tests and demo run what a user installs. Made anew where the package changed.
$(INSTALLED): pyproject.toml README.md LICENSE $(shell find src -name '*.py' -o -name py.typed -o -name '*.json*')
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group dev .
	touch $(INSTALLED)

test: $(INSTALLED)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/basedpyright --ignoreexternal --verifytypes partner_comms
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report
	$(BIN)/pytest tests/backoffice
	$(MAKE) --no-print-directory docs

pythons:
	for version in 3.11 3.12 3.13; do \
		if python$$version --version; then \
			$(MAKE) test PYTHON=python$$version VENV=.venv-$$version || exit 1; \
		fi; \
	done

# On the lowest Python; the tools that only look at the code are the newest ones' to run.
lowest:
	test -x .venv-lowest/bin/python || $(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --upgrade pip uv
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python \
		--resolution lowest-direct --reinstall-package partner-comms --group dev .
	.venv-lowest/bin/pytest
	.venv-lowest/bin/pytest tests/backoffice

# Made anew each time, and in seconds: what is left over from an older build hides a broken link.
docs: $(INSTALLED)
	rm -rf docs/_build
	$(BIN)/sphinx-build -q -W --keep-going -c docs -d docs/_build/doctrees . docs/_build/html
	$(BIN)/python docs/links.py docs/_build/html

demo: $(INSTALLED)
	$(BIN)/python examples/demo.py

# The mail server prints what it is given, and sends nothing on.
backoffice: $(INSTALLED)
	$(BACKOFFICE) migrate --verbosity 0
	$(BACKOFFICE) demo
	@$(BIN)/aiosmtpd --nosetuid --listen 127.0.0.1:1025 & mail=$$!; trap "kill $$mail 2>/dev/null" EXIT INT TERM; \
	echo "http://127.0.0.1:8000/ (Ctrl-C ends it). E-mails are printed here, and go nowhere."; \
	$(BACKOFFICE) runserver --noreload 127.0.0.1:8000

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

mutation: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --group mutation
	rm -rf mutants
	$(BIN)/mutmut run
	$(BIN)/mutmut results

tables: $(INSTALLED)
	$(BIN)/python docs/tables.py
	$(BIN)/python docs/picture.py

cases: $(INSTALLED)
	$(BIN)/python -m tests.kit.make_cases

format: $(INSTALLED)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf .venv .venv-* docs/_build mutants dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
