# Every habit is a target; CI calls only targets. `make help` lists them.
PYTHON ?= python3
RUNTIME ?= python3.11
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
# uv trusts the roots that it carries. Where the machine has its own (a company's proxy, say), they are the ones to go by.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS := 1
endif
INSTALLED := .venv/.installed
SCHEMAS := lambdas/adapters/iso20022/xsd/.built
LAMBDA_SOURCES := $(shell find lambdas tools -name '*.py' -o -name 'openapi.json') requirements/lambda.txt

.PHONY: help install demo test test-fast check format bench bench-ledger bench-vault bench-envelope ledger-check load model drills campaign build docs lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 16

install: $(INSTALLED) ## make .venv and install what requirements/ locks

$(INSTALLED): requirements/bootstrap.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "twinrail needs Python 3.11 or later; name it: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "python3 has no venv module here (Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/bootstrap.txt requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(SCHEMAS): $(INSTALLED) $(wildcard tools/schemas/*.py)
	$(BIN)/python -m tools.schemas
	@touch $@

dist/local/manifest.json: $(SCHEMAS) $(LAMBDA_SOURCES)
	$(BIN)/python -m tools.package local

demo: dist/local/manifest.json ## deploy both Regions on this machine and carry real messages through them
	$(BIN)/twinrail demo

test: dist/local/manifest.json ## every test, in parallel
	$(BIN)/pytest -n 3 --dist loadgroup

test-fast: $(SCHEMAS) ## the tests that need no embedded cloud
	$(BIN)/pytest -n 2 -m "not integration"

check: $(SCHEMAS) ## lint, types, import contracts, what is generated is current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m simulations.docs --check

format: $(INSTALLED) ## let ruff write the code's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: dist/local/manifest.json ## figures of the payment path: calls, CPU, latency, package sizes, cold import
	$(BIN)/python -m simulations.bench

load: dist/local/manifest.json ## 1,000 payments at 10 a second, half to each Region
	$(BIN)/python -m simulations.bench load

bench-ledger: $(INSTALLED) ## figures of the ledger alone: transfers a second
	$(BIN)/python -m simulations.bench ledger

bench-envelope: $(INSTALLED) ## figures of sealing and opening payloads alone
	$(BIN)/python -m simulations.bench envelopes

bench-vault: dist/local/manifest.json ## figures of the token vault: values a second, KMS calls a value
	$(BIN)/python -m simulations.bench vault

ledger-check: $(INSTALLED) ## 10,000 payments among 20 participants, then every rule of the books
	$(BIN)/python -m simulations.bench books

SEED ?= 1
campaign: dist/local/manifest.json ## every effect failed, lost and followed by death; random schedules; 10,000 payments (SEED=1)
	$(BIN)/python -m simulations.campaign --seed $(SEED)

drills: dist/local/manifest.json ## a Region lost, slow, cut off, coming back, under load: every drill, 25 minutes
	$(BIN)/python -m simulations.drills --seed $(SEED)

model: $(SCHEMAS) ## the takeover, model-checked: every state, and each broken guard found; needs spin and gcc
	$(BIN)/python -m simulations.model

build: $(SCHEMAS) ## the packages that go to AWS (manylinux, x86_64 and arm64); needs $(RUNTIME)
	$(BIN)/python -m tools.package aws --runtime $(RUNTIME)

docs: dist/local/manifest.json ## write what is generated in docs/ again
	$(BIN)/python -m simulations.docs

lock: $(INSTALLED) ## resolve requirements/*.in again
	cd requirements && for part in bootstrap dev; do ../$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header $$part.in -o $$part.txt; done
	cd requirements && ../$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header lambda.in -c dev.txt -o lambda.txt

clean: ## remove what was built; .venv stays
	rm -rf dist .twinrail lambdas/adapters/iso20022/xsd
