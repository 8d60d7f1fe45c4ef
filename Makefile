# Each purpose has a virtual environment of its own in this checkout, made by pip alone: .venv for
# the tests, .venv-demo for the demo, and so on. Another Python: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT := 8000
MAIL_PORT := 1025

.PHONY: help
help:
	@echo "make demo        the rule book at work on a portfolio of examples/"
	@echo "make backoffice  a broker's back office, with Django, at http://127.0.0.1:8000/"
	@echo "make check       after each change: format, lint, types, tests of the core and the kit"
	@echo "make test        everything"
	@echo "make spelling    English and French words, checked under node"
	@echo "make wasm        the core on Python 3.14, in WebAssembly under node"
	@echo "make pythons     make test on each Python at hand"
	@echo "make lowest      all tests with the lowest versions that pyproject.toml allows"
	@echo "make docs        the site, in docs/_build/html"
	@echo "make bench       the measurements, and their page of the docs (some minutes)"
	@echo "make mutation    mutation tests, which can be stopped and go on later (an hour or more)"
	@echo "make tables      the tables and pictures of the docs, from the code"
	@echo "make cases       the conformance cases, from the oracle"
	@echo "make format      formats the code, and corrects what the linter can correct"
	@echo "make clean       removes all that these made"

# What pytest compiles is kept, or each of its processes would compile the tests and Hypothesis again.
unexport PYTHONDONTWRITEBYTECODE

# --- Environments ---------------------------------------------------------------------------------

# What is shown and tested is what a user installs: not editable, and installed again once changed.
# Pip speaks the first time, which may take a minute.
ENVIRONMENTS := $(VENV) $(addprefix $(VENV)-,demo backoffice docs bench wasm mutation)
FROM = .
WITH = --group $(@D:$(VENV)-%=%) .

$(ENVIRONMENTS:=/installed): pyproject.toml README.md LICENSE $(shell find src -type f -not -name '*.pyc')
	@echo "Installing into $(@D) ..."
	test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --upgrade pip
	pip="$$(cd $(@D) && pwd)/bin/pip"; cd $(FROM) && "$$pip" install $(if $(wildcard $@),--quiet) $(WITH)
	@touch $@

$(VENV)/installed: WITH = --group dev .
$(VENV)-backoffice/installed: FROM = examples/backoffice
$(VENV)-backoffice/installed: WITH = --requirement requirements.txt

# For another Python than that of the environment: packages of Python code alone, in a folder.
$(VENV)-wasm/installed: WITH = --upgrade --target $(@D)/packages --group wasm . --only-binary :all: \
	--python-version 3.14 --platform any --implementation py --abi none

# --- To look at -----------------------------------------------------------------------------------

.PHONY: demo
demo: $(VENV)-demo/installed
	$(VENV)-demo/bin/python examples/demo.py

# The mail server prints what it is given, and sends nothing on.
.PHONY: backoffice
backoffice: BIN := $(VENV)-backoffice/bin
backoffice: export BACKOFFICE_MAIL_PORT := $(MAIL_PORT)
backoffice: $(VENV)-backoffice/installed
	@for port in $(PORT) $(MAIL_PORT); do \
		$(BIN)/python -c "import socket; socket.create_server(('127.0.0.1', $$port))" 2>&1 | tail -1 | grep . || continue; \
		echo "Port $$port can't be had; choose others: make backoffice PORT=8001 MAIL_PORT=1026"; exit 1; \
	done
	$(BIN)/python examples/backoffice/manage.py migrate --verbosity 0
	$(BIN)/python examples/backoffice/manage.py demo
	@$(BIN)/aiosmtpd --nosetuid --listen 127.0.0.1:$(MAIL_PORT) & mail=$$!; \
	trap "kill $$mail 2>/dev/null" EXIT INT TERM; \
	echo "http://127.0.0.1:$(PORT)/ (Ctrl-C ends it). E-mails are printed here, and go nowhere."; \
	$(BIN)/python examples/backoffice/manage.py runserver --noreload 127.0.0.1:$(PORT)

# Made from nothing each time, in seconds: what is left of an older build hides a broken link.
.PHONY: docs
docs: BIN := $(VENV)-docs/bin
docs: $(VENV)-docs/installed
	rm -rf docs/_build
	$(BIN)/sphinx-build -q -W --keep-going -c docs -d docs/_build/doctrees . docs/_build/html
	$(BIN)/python docs/links.py docs/_build/html

.PHONY: bench
bench: $(VENV)-bench/installed
	$(VENV)-bench/bin/python -m benchmarks

# --- To check -------------------------------------------------------------------------------------

# The plugins of Django and anyio would prepare each test for what none of these uses.
SIDE_BY_SIDE = --numprocesses $(shell nproc || echo 2) --no-loadscope-reorder \
	-p no:django -p no:anyio

.PHONY: check
check: lint types
	$(BIN)/pytest -q $(SIDE_BY_SIDE) tests/clauses tests/laws tests/kit

# Each part is shown once it is done.
PARTS = browser tests types blocks lint
.PHONY: test $(PARTS)
test: $(VENV)/installed
	@echo "The tests, the back office, lint and types, side by side: some minutes."
	@$(MAKE) --no-print-directory --jobs=3 --keep-going --output-sync $(PARTS)

tests: $(VENV)/installed
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q $(SIDE_BY_SIDE)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# In a process of its own: Django is set up once in each.
browser: $(VENV)/installed
	$(BIN)/pytest -q tests/backoffice

lint: $(VENV)/installed
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

# English and French, in pages, comments and labels. Words that no dictionary has are in .cspell.json.
.PHONY: spelling
spelling:
	npm install --prefix $(VENV)-spelling --silent --no-package-lock cspell@9.8 @cspell/dict-fr-fr@2.3
	$(VENV)-spelling/node_modules/.bin/cspell lint --no-progress --config .cspell.json

types: $(VENV)/installed
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/basedpyright --ignoreexternal --verifytypes partner_comms

# The Python blocks of the pages; mypy has in its cache what they import.
blocks: types
	$(BIN)/python docs/blocks.py

# The core, its properties and its examples; pages that need more than the core and rich are left
# out. Deep recursion needs a larger stack than node and the shell give.
ELSEWHERE := $(addprefix --ignore=docs/how-to/,django.md fastapi.md in-sql.md sqlalchemy.md what-would-change.md)
.PHONY: wasm
wasm: $(VENV)-wasm/installed
	npm install --prefix $(VENV)-wasm --silent pyodide@314
	ulimit -s 65536 && node --stack-size=60000 tests/wasm.mjs $(VENV)-wasm -q -W error \
		tests/laws tests/clauses tests/kit/test_serialization.py README.md docs $(ELSEWHERE) \
		tests/project/test_docstrings.py -k "not frames"

.PHONY: pythons
pythons:
	for version in 3.11 3.12 3.13 3.14; do \
		if python$$version --version; then \
			$(MAKE) test PYTHON=python$$version VENV=.venv-$$version || exit 1; \
		fi; \
	done

# On the lowest Python; the tools that only look at the code are the newest ones' to run, and what
# the page says of readers is true of the newest.
.PHONY: lowest
lowest:
	test -x .venv-lowest/bin/python || $(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --upgrade pip uv
	.venv-lowest/bin/uv pip install --python .venv-lowest/bin/python \
		--resolution lowest-direct --reinstall-package partner-comms --group dev .
	.venv-lowest/bin/pytest -q $(SIDE_BY_SIDE) --ignore=tests/frames/test_readers.py
	.venv-lowest/bin/pytest -q tests/backoffice

# Goes on where it was stopped; after a change of the tests alone, `rm -rf mutants` begins again.
.PHONY: mutation
mutation: $(VENV)-mutation/installed
	$(VENV)-mutation/bin/mutmut run
	$(VENV)-mutation/bin/mutmut results

# --- To write -------------------------------------------------------------------------------------

.PHONY: tables cases format clean
tables: $(VENV)/installed
	$(BIN)/python docs/tables.py
	$(BIN)/python docs/picture.py
	$(BIN)/python docs/notebook.py

cases: $(VENV)/installed
	$(BIN)/python -m tests.kit.make_cases

format: $(VENV)/installed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf .venv .venv-* docs/_build mutants dist .coverage* .hypothesis .*_cache
