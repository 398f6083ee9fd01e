# Commands of the project. `make` alone lists them.
#
# Needed: Python 3.11 or newer with its venv module, git and make. `make test` on Debian installs what else it needs.
# Variables: PY (the Python to use), ARGS (more options for pytest), WORKERS (processes that run the tests),
# UPGRADE=1 (newer versions in `make requirements`).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run run-cluster test test-faults services lint types check requirements vendor styles translations clean

# The first of these that is new enough. Ask for another with PY=...
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PY ?= $(shell for python in python3.11 python3 python3.13 python3.12; do \
        "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null && { echo "$$python"; break; }; done)
BIN := .venv/bin
WORKERS ?= 3
UV := uv==0.13.9
TRANSLATIONS := queue_app/translations

# Compiled modules are kept, whatever the environment says, in a folder of their own: without them each start of the
# product or of a test's server takes two seconds more.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/pycache

define need-python
$(if $(PY),,$(error Antrean needs Python 3.11 or newer. On Debian 12: apt-get install python3 python3-venv. \
  Elsewhere name one: make PY=/path/to/python))
endef

define install
@tools/install-requirements $(1) "$(UV)"
@touch $@
endef

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: .venv/.ok-run ## Serve the office at http://127.0.0.1:8000 (PORT, HOST, DATABASE_URL, DEMO_PASSWORD are honoured)
	@exec $(BIN)/python -m queue_app

run-cluster: services-cluster .venv/.ok-run ## Serve from PROCESSES server processes behind nginx, with PostgreSQL and Redis; data in instance/cluster
	@exec $(BIN)/python tools/run_cluster.py

test: services .venv/.ok-dev ## Install what the tests need, then lint, check types and run all tests
	@$(MAKE) --no-print-directory lint
	@echo "== tests: pytest, and beside it mypy --strict"
	@mkdir -p .cache; $(BIN)/mypy >.cache/types.txt 2>&1 & types=$$!; \
	  $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS); failed=$$?; \
	  wait $$types || failed=$$?; echo "== types: mypy --strict"; cat .cache/types.txt; exit $$failed

.PHONY: audit
audit: .venv/.ok-dev ## Look up known vulnerabilities of everything that is installed by requirements*.txt (needs the internet)
	@tools/audit-requirements

.PHONY: test-contract
test-contract: .venv/.ok-dev ## Send far more to the API, as everybody, and hold each answer against its document (some minutes)
	@CONTRACT_EXAMPLES=100 $(BIN)/python -m pytest -n 2 tests/routes/api/test_contract.py $(ARGS)

test-faults: services .venv/.ok-dev ## Break servers, PostgreSQL, Redis and the network under load, FAULT_ROUNDS times (200) or for FAULT_MINUTES (30 each on SQLite and PostgreSQL)
	@FAULT_ROUNDS=$${FAULT_ROUNDS:-200} FAULT_MINUTES=$${FAULT_MINUTES:-30} $(BIN)/python -m pytest tests/faults --log-cli-level=INFO $(ARGS)

services: ## Install the browser and the servers that the tests start, where they are missing (apt-get; root or sudo)
	$(need-python)
	@echo "== services: what the tests drive"
	@PY="$(PY)" tools/test-services

.PHONY: services-cluster
services-cluster:
	$(need-python)
	@PY="$(PY)" tools/test-services cluster

lint: .venv/.ok-dev ## Look for mistakes and for code that isn't in the common format
	@echo "== lint: ruff check"
	@$(BIN)/ruff check .
	@echo "== lint: ruff format --check"
	@$(BIN)/ruff format --check .

types: .venv/.ok-dev ## Check types, strictly
	@echo "== types: mypy --strict"
	@$(BIN)/mypy

check: lint types ## What takes seconds and needs no server: lint, types, import rules, vendored files
	@echo "== check: import rules and vendored files"
	@$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_vendor.py

.PHONY: bench
bench: .venv/.ok-dev ## Measure issuing, call-to-display to 5,000 sockets, a rush, the start, growth, 1 to 4 processes (an hour)
	@$(BIN)/python -m benchmarks.straight_way $(ARGS)
	@$(BIN)/python -m benchmarks.after_a_call
	@$(BIN)/python -m benchmarks.many_sockets
	@$(BIN)/python -m benchmarks.rush --within 40
	@$(BIN)/python -m benchmarks.start_up
	@$(BIN)/python -m benchmarks.growth $(ARGS)
	@$(BIN)/python -m benchmarks.several_processes

.PHONY: client
client: .venv/.ok-dev ## Make the typed Python client of the API, in dist/antrean-client
	@PYTHONPATH=. $(BIN)/python tools/make_client.py dist/antrean-client

requirements: .venv/.ok-dev ## Compile requirements*.in into pinned and hashed requirements*.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	  $(if $(UPGRADE),--upgrade) requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	  $(if $(UPGRADE),--upgrade) -c requirements.txt requirements-dev.in -o requirements-dev.txt

vendor: ## Copy the browser files that package.json pins into the served folder (needs Node)
	npm ci
	node tools/vendor.mjs
	$(PY) tools/cut_bootstrap.py

.PHONY: pictures
pictures: .venv/.ok-dev ## Make the pictures of the manuals anew, from the demonstration office with the clock standing still (CHROMIUM)
	$(BIN)/python tools/manual_pictures.py

styles: ## Cut Bootstrap to what the pages use, after one of its classes was used for the first time
	$(PY) tools/cut_bootstrap.py

translations: .venv/.ok-dev ## Collect the texts of code and templates into the English catalogue, and compile it
	mkdir -p .cache
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ --no-location --sort-output --project Antrean -o .cache/messages.pot .
	$(BIN)/pybabel -q update -l en --init-missing -i .cache/messages.pot -d $(TRANSLATIONS) \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel compile -d $(TRANSLATIONS) --statistics

clean: ## Remove what these commands made; the data in instance/ stay
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache node_modules test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the requirements that were installed; the development ones include those for running.
.venv/.ok-run: requirements.txt | .venv/bin/python
	$(call install,requirements.txt)

.venv/.ok-dev: requirements-dev.txt requirements.txt | .venv/bin/python
	$(call install,requirements-dev.txt)
	@touch .venv/.ok-run

.venv/bin/python:
	$(need-python)
	@PY="$(PY)" tools/make-venv
