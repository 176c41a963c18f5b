# `make run` starts the local system, `make test` runs all tests; both set up what they need first.

SHELL := /bin/bash
# What Python has compiled it keeps, whatever the environment says: everything here starts many processes.
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
PYTHON ?= python3
STAGE ?= dev
# Tests wait for stations and browsers a good part of their time.
WORKERS ?= $(shell expr $$(nproc) + 1)
BIN := .venv/bin
READY := .venv/.ready
PIP := .venv/bin/pip install -qq --disable-pip-version-check
UV := uv==0.13.9
RUN := PYTHONPATH=. $(BIN)/python
CONSOLE := web/dist/index.html
ACCESSES := $(CURDIR)/.local/accesses
# A file is one worker's. In the order of their names: the small ones of tests/unit come last and leave no worker idle.
SIDE_BY_SIDE := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Two at a time, those that take long first.
CHECKS := check-infra check-types check-console check-style check-layers check-generated

.PHONY: help setup console browser run demo test rights check $(CHECKS) models synth deploy destroy smoke bench clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup: $(READY) ## a virtual environment with everything a developer needs

# Debian keeps Python's venv module in a package of its own.
$(READY): requirements.txt functions/requirements.txt functions/requirements-cryptography.txt
	@$(PYTHON) -m venv --clear .venv >/dev/null 2>&1 || { \
	  echo "installing python3-venv"; sudo=$$(command -v sudo || true); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -yqq python3-venv >/dev/null && $(PYTHON) -m venv --clear .venv; }
	@echo "installing Python packages"
	@# uv takes seconds where pip takes minutes; pip knows indexes that only its own settings name.
	@{ $(PIP) $(UV) && VIRTUAL_ENV=.venv $(BIN)/uv pip install -q -r requirements.txt; } 2>/dev/null || $(PIP) -r requirements.txt
	@# The command idlewatt: the checkout itself, so that it is never out of date.
	@$(PIP) --no-deps --editable .
	@touch $@

console: $(CONSOLE) ## the operators' console as static files: web/dist

$(CONSOLE): $(READY) functions/api/openapi.json $(shell find web -not -path '*/node_modules*' -not -path '*/dist*' -type f 2>/dev/null)
	@echo "building the console"
	@$(RUN) -m local.console

# The tests of the console drive Debian's browser.
browser: ## Debian's Chromium, if it is not there
	@command -v chromium >/dev/null || { \
	  echo "installing chromium"; sudo=$$(command -v sudo || true); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -yqq --no-install-recommends chromium fonts-dejavu-core >/dev/null; }

run: $(READY) $(CONSOLE) ## the whole system on this machine: ws://127.0.0.1:9000/ocpp/{stationId}
	@$(RUN) -m local

demo: $(READY) $(CONSOLE) ## the console on a network of simulated stations that charge
	@$(RUN) -m local.demo

test: $(READY) $(CONSOLE) browser ## all tests, and then the proof of every function's rights by what they did
	@rm -rf $(ACCESSES)
	@IDLEWATT_ACCESSES=$(ACCESSES) $(BIN)/pytest -q $(SIDE_BY_SIDE)
	@IDLEWATT_PROOF=$(ACCESSES) $(BIN)/pytest -q tests/proof

rights: $(READY) $(CONSOLE) browser ## what each function may do, recorded anew from all tests (TESTS="…": added from these)
	@rm -rf $(ACCESSES)
	@IDLEWATT_DECLARED_RIGHTS=on IDLEWATT_ACCESSES=$(ACCESSES) $(BIN)/pytest -q $(SIDE_BY_SIDE) $(TESTS)
	@$(RUN) -m tests.rights $(if $(TESTS),--add) $(ACCESSES)
	@$(RUN) -m tests.proof.page

check: $(READY) ## style, types, layers, generated files, the infrastructure
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target $(CHECKS)

check-infra: $(READY)
	$(RUN) -m infra.check

check-types: $(READY)
	$(BIN)/mypy

check-style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-console: $(READY)
	$(RUN) -m local.console check test

check-layers: $(READY)
	PYTHONPATH=. $(BIN)/lint-imports

check-generated: $(READY)
	$(RUN) -m shared.ocpp.generate --check
	$(RUN) -m local.openapi --check
	$(RUN) -m local.cli.reference --check

models: $(READY) ## what is generated: OCPP messages, OpenAPI document, reference of commands, table of requirements
	$(RUN) -m shared.ocpp.generate
	$(RUN) -m local.openapi
	$(RUN) -m local.cli.reference
	$(RUN) -m tests.requirements

synth: $(READY) $(CONSOLE) ## the CloudFormation templates of a stage, as deployed, into cdk.out
	$(RUN) -m infra.deploy synth $(STAGE) $(OPTIONS)

deploy: $(READY) $(CONSOLE) ## into the AWS account of your credentials (STAGE=dev, OPTIONS="-c alarm_email=…")
	$(RUN) -m infra.deploy deploy $(STAGE) $(OPTIONS)

destroy: $(READY) ## remove a deployed stage
	$(RUN) -m infra.deploy destroy $(STAGE)

smoke: $(READY) ## what only a real account can show (docs/unverified.md), against a deployed stage
	$(RUN) -m bench.smoke --stage $(STAGE)

bench: $(READY) ## measure all there is to measure: docs/performance.md (ten minutes)
	$(RUN) -m bench

clean: ## remove what was made
	rm -rf .venv cdk.out .local web/dist web/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
