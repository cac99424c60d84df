# What a developer and CI run. `make help` lists it.
#
#   PYTHON=python3.12   the Python that the environment is made with
#   UV=                 use venv and pip even if uv is installed
#   ARGS="..."          more arguments for threatwright, pytest or the evals

PYTHON ?= python3
UV ?= $(shell uv --version >/dev/null 2>&1 && echo uv)
ARGS ?=

VENV := .venv
# On every processor; the slow tests one by one, as some of them measure or fill the machine.
PARALLEL := -n auto
PY := $(VENV)/bin/python
# Images that hold Python often forbid bytecode, and each process would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin

# One stamp for each set of packages, remade when what they are made from changes.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_BENCH := $(VENV)/.installed-bench
MADE_FROM := pyproject.toml constraints.txt

# An environment whose Python is gone is made anew, and nothing is installed in it then.
$(shell test -e $(PY) || rm -f $(INSTALLED) $(INSTALLED_DEV) $(INSTALLED_BENCH))

ifneq ($(strip $(UV)),)
make_venv = $(UV) venv --quiet --clear --python "$(PYTHON)" $(VENV)
install = $(UV) pip install --quiet --python $(PY) --constraint constraints.txt --editable
else
make_venv = $(PYTHON) -m venv --clear $(VENV)
# An environment that uv made has no pip. The pip that comes with Python may be too old.
install = { $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null; } && \
	$(PY) -m pip install --quiet --upgrade pip && \
	$(PY) -m pip install --quiet --constraint constraints.txt --editable
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo test test-slow check format bench eval constraints clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(INSTALLED) ## Open the terminal UI, after setting up .venv if needed
	@$(BIN)/threatwright $(ARGS)

demo: $(INSTALLED) ## Draft the threats of the sample MLOps platform, without a language model
	@$(BIN)/threatwright draft sample:mlops-platform --offline $(ARGS)

test: $(INSTALLED_DEV) ## Run the fast tests
	$(BIN)/pytest $(PARALLEL) $(ARGS)

# pytest ends with 5 if it selected no test: no slow test is not a failure.
test-slow: $(INSTALLED_DEV) ## Run the other tests: long and slow ones, those of the terminal UI
	$(BIN)/pytest $(PARALLEL) -m "(long or ui) and not slow" $(ARGS) || test $$? -eq 5
	$(BIN)/pytest -m slow $(ARGS) || test $$? -eq 5

check: $(INSTALLED_DEV) ## Check format, lint, types and imports, then run the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest $(PARALLEL) $(ARGS)

format: $(INSTALLED_DEV) ## Format the code and fix what ruff can fix
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

bench: $(INSTALLED_BENCH) ## Run the benchmarks
	$(PY) -m evals.bench $(ARGS)

# ARGS="ranking reading" runs only these; ARGS=--update takes the figures for the new baselines.
eval: $(INSTALLED_DEV) ## Measure how good drafts, reading, search and the interview are
	$(PY) -m evals $(ARGS)

constraints: ## Resolve the newest versions into constraints.txt (needs uv)
	@test -n "$(UV)" || { \
		echo "constraints.txt is made by uv, which was not found." >&2; \
		echo "Install it: $(PYTHON) -m pip install uv" >&2; exit 1; }
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras \
		--no-emit-index-url --no-annotate --no-header --output-file constraints.txt pyproject.toml

clean: ## Remove caches and build output (.venv stays)
	rm -rf build dist .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache
	find src tests evals -type d -name __pycache__ -prune -exec rm -rf {} +

$(INSTALLED): $(MADE_FROM) | $(PY)
	@echo "Installing threatwright into $(VENV)"
	@$(install) .
	@touch $@

$(INSTALLED_DEV): $(MADE_FROM) | $(PY)
	@echo "Installing threatwright and the development tools into $(VENV)"
	@$(install) '.[dev]'
	@touch $(INSTALLED) $@

$(INSTALLED_BENCH): $(MADE_FROM) | $(PY)
	@echo "Installing threatwright and the benchmark tools into $(VENV)"
	@$(install) '.[dev,bench]'
	@touch $(INSTALLED) $(INSTALLED_DEV) $@

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "threatwright needs Python 3.11 or newer, and \"$(PYTHON)\" is older or missing." >&2; \
		echo "Install it, or name another: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12" >&2; \
		exit 1; }
	@test -n "$(UV)" || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "\"$(PYTHON)\" cannot make virtual environments: its venv module is missing." >&2; \
		echo "Install it (Debian and Ubuntu: apt install python3-venv), or install uv." >&2; \
		exit 1; }
	@$(make_venv)
