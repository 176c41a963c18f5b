# `make run` starts the local system, `make test` runs all tests; both set up what they need first.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
STAGE ?= dev
WORKERS ?= auto
BIN := .venv/bin
READY := .venv/.ready
RUN := PYTHONPATH=. $(BIN)/python
ACCESSES := $(CURDIR)/.local/accesses

.PHONY: help setup run demo test rights check models synth deploy destroy smoke bench clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup: $(READY) ## a virtual environment with everything a developer needs

# Debian keeps Python's venv module in a package of its own.
$(READY): requirements.txt functions/requirements.txt functions/requirements-cryptography.txt
	@$(PYTHON) -m venv --clear .venv >/dev/null 2>&1 || { \
	  echo "installing python3-venv"; sudo=$$(command -v sudo || true); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -yqq python3-venv >/dev/null && $(PYTHON) -m venv --clear .venv; }
	@echo "installing Python packages (some minutes the first time)"
	@$(BIN)/pip install -qq --disable-pip-version-check -r requirements.txt
	@# The command idlewatt: the checkout itself, so that it is never out of date.
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --editable .
	@touch $@

run: $(READY) ## the whole system on this machine: ws://127.0.0.1:9000/ocpp/{stationId}
	@$(RUN) -m local

demo: $(READY) ## the local system with simulated stations that charge, and a live table
	@$(RUN) -m local.demo

test: $(READY) ## all tests, and then the proof of every function's rights by what they did
	@rm -rf $(ACCESSES)
	@IDLEWATT_ACCESSES=$(ACCESSES) $(BIN)/pytest -q -n $(WORKERS) --dist loadfile
	@IDLEWATT_PROOF=$(ACCESSES) $(BIN)/pytest -q tests/proof

rights: $(READY) ## what each function may do, recorded anew from all tests (TESTS="…": added from these)
	@rm -rf $(ACCESSES)
	@IDLEWATT_DECLARED_RIGHTS=on IDLEWATT_ACCESSES=$(ACCESSES) $(BIN)/pytest -q -n $(WORKERS) --dist loadfile $(TESTS)
	@$(RUN) -m tests.rights $(if $(TESTS),--add) $(ACCESSES)
	@$(RUN) -m tests.proof.page

check: $(READY) ## style, types, layers, generated files, the infrastructure
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(RUN) -m shared.ocpp.generate --check
	$(RUN) -m local.openapi --check
	$(RUN) -m local.cli.reference --check
	$(RUN) -m infra.check

models: $(READY) ## what is generated: OCPP messages, OpenAPI document, reference of commands, table of requirements
	$(RUN) -m shared.ocpp.generate
	$(RUN) -m local.openapi
	$(RUN) -m local.cli.reference
	$(RUN) -m tests.requirements

synth: $(READY) ## the CloudFormation templates of a stage, as deployed, into cdk.out
	$(RUN) -m infra.deploy synth $(STAGE) $(OPTIONS)

deploy: $(READY) ## into the AWS account of your credentials (STAGE=dev, OPTIONS="-c alarm_email=…")
	$(RUN) -m infra.deploy deploy $(STAGE) $(OPTIONS)

destroy: $(READY) ## remove a deployed stage
	$(RUN) -m infra.deploy destroy $(STAGE)

smoke: $(READY) ## what only a real account can show (docs/unverified.md), against a deployed stage
	$(RUN) -m bench.smoke --stage $(STAGE)

bench: $(READY) ## measure all there is to measure: docs/performance.md (ten minutes)
	$(RUN) -m bench

clean: ## remove what was made
	rm -rf .venv cdk.out .local .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
