# Everything a developer types. Needs GNU make, a POSIX shell and Python 3.11 or newer.
# Files stand for finished steps, so that a second run of a target starts at once.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run seed test lint check browser bench guides soak messages pins clean
MAKEFLAGS += --no-print-directory

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
BIN := .venv/bin
PORT ?= 8080
STAGE ?= draft
TESTS ?=
TIMES ?= 300
MINUTES ?= 5
PEOPLE ?= 40
PARTS ?=
export PORT
export PYTHONUTF8 = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

PACKAGES := .venv/packages.stamp
TOOLS := .venv/tools.stamp
PIP := $(BIN)/pip install -qq --require-hashes
PIP_COMPILE := pip-compile -q --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --strip-extras
ASSETS := app/static/vendor/lock.sha256
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; \
		do printf '  make %-10s %s\n' "$$name" "$$text"; done

setup: $(PACKAGES) $(ASSETS) $(CATALOGUES) ## install what the application needs, and no more; compile translations

run: setup ## serve on http://127.0.0.1:8080 (PORT=…); a new database is filled with demo data
	@$(BIN)/python run.py

seed: setup ## fill a new database: STAGE=empty|draft|submitted|appraised|concluded
	@$(BIN)/flask --app run scoring seed --stage $(STAGE)

test: setup $(TOOLS) browser lint ## lint and run all tests (TESTS=path for some of them)
	@$(BIN)/pytest -n auto --dist worksteal $(TESTS)

check: $(TOOLS) lint ## lint only: ruff and the import contracts

lint: $(TOOLS)
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo

browser:
	@sh scripts/browser.sh

bench: setup $(TOOLS) ## count statements and time the slow places, 175 against 700 agencies; every account's pages
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.pages

guides: setup $(TOOLS) browser ## take the pictures of docs/vi anew from the running application
	@$(BIN)/python -m scripts.guide_pictures

soak: setup $(TOOLS) ## races, kills, guards, deadline hour, every hostile field, PostgreSQL too, every page: TIMES=300 MINUTES=5 PARTS="hour"
	@$(BIN)/python -m soak.strange
	@$(BIN)/python -m soak $(PARTS) --times $(TIMES) --minutes $(MINUTES) --people $(PEOPLE)
	@FIELD_SHARE=1 EVERY_FILE=1 EVERY_STATE=1 $(BIN)/pytest -q -n auto tests/hostile tests/access
	@TEST_DATABASE=postgres $(BIN)/pytest -q -n auto -m "not sqlite" tests/hostile tests/access
	@PAGE_SHARE=1 $(BIN)/pytest -q -n auto tests/browser/test_every_page.py
	@LOOKS=99 $(BIN)/pytest -q -n auto tests/browser
	@$(BIN)/python -m soak.office
	@LOOKS=99 $(BIN)/python -m soak.years

# Vietnamese msgids are the source; translations/vi holds the frameworks' own strings and is kept by hand
# (tests compare it with the installed frameworks). Only English follows our source.
messages: $(TOOLS) ## collect the sentences of the source into translations/en
	@mkdir -p var
	@$(BIN)/python scripts/messages.py var/messages.pot
	@$(BIN)/pybabel -q update -i var/messages.pot -d translations -l en -D messages --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --width 110
	@$(BIN)/python scripts/untranslated.py translations/en/LC_MESSAGES/messages.po

pins: ## compile requirements*.txt anew from the .in files, with the hash of every package
	@mkdir -p var && $(PYTHON) -m venv var/pins && var/pins/bin/pip install -qq 'pip-tools==7.6.*'
	@for name in requirements requirements-dev requirements-node; do var/pins/bin/$(PIP_COMPILE) $$name.in || exit 1; done
	@rm -rf var/pins

clean: ## remove what `make setup` made; data in var/ stays
	rm -rf .venv node_modules app/static/vendor .pytest_cache .ruff_cache .import_linter_cache $(CATALOGUES)

$(PACKAGES): requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found. Install it, or: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Installing packages into .venv …"
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }
	@$(PIP) -r requirements.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(PACKAGES)
	@echo "Installing the tools for tests and checks …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# Without npm on the machine, one from a package fetches the files, in a folder of its own that goes again.
$(ASSETS): package-lock.json scripts/assets.py requirements-node.txt | $(PACKAGES)
	@echo "Fetching front-end files …"
	@if command -v npm >/dev/null; then $(BIN)/python scripts/assets.py; else \
		trap 'rm -rf .venv/node' EXIT && $(PYTHON) -m venv .venv/node && \
		.venv/node/bin/pip install -qq --require-hashes -r requirements-node.txt && \
		PATH="$$PWD/.venv/node/bin:$$PATH" $(BIN)/python scripts/assets.py; fi
	@touch $@

translations/%.mo: translations/%.po | $(PACKAGES)
	@$(BIN)/pybabel -q compile -i $< -o $@
