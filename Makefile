# `make solve` sets all up and solves the practice exercise; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROBLEM ?= problems/exercise.yaml
TORCH ?= torch
PYODIDE ?= 314.0.7
SITE ?= build/tutor
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NO_MKDOCS_2_WARNING := 1
# The build backend is pinned by the same file as everything else.
export PIP_CONSTRAINT := constraints.txt

# Where PYTHONDONTWRITEBYTECODE is set, the checkout would be compiled anew at every start. What pip
# installs is compiled here as well: pip does it on one core. Some of it is not meant for this Python.
COMPILED = @$(BIN)/python -m compileall -q -j 0 bp_tutor; \
  $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
INSTALL = $(BIN)/python -m pip install --quiet --no-compile --editable

# One more than there are cores: some wait for a browser or for a program that they started.
WORKERS = $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)')
ALL_CORES = --numprocesses=$(WORKERS) --dist=worksteal

.DEFAULT_GOAL := help
.PHONY: help install solve test check check-torch pyodide site sweep docs examples release-check bench fuzz format golden wheel clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

install: $(VENV)/installed ## make .venv with .venv/bin/bp-tutor in it

solve: $(VENV)/installed ## set all up and solve problems/exercise.yaml (or PROBLEM=...)
	@$(BIN)/bp-tutor solve $(PROBLEM)

test: $(VENV)/developer ## set all up and run the tests (one of them: ARGS='-k golden')
	$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),$(ALL_CORES))

check: $(VENV)/developer ## format, lint, types, tests and documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@# Types are checked beside the tests, on a core that these leave idle, and told after them.
	@mkdir -p build; \
	  $(BIN)/mypy >build/mypy.txt 2>&1 & types=$$!; \
	  $(BIN)/python -m pytest $(ALL_CORES); tests=$$?; \
	  wait $$types; types=$$?; cat build/mypy.txt; \
	  test $$tests -eq 0 && test $$types -eq 0

check-torch: $(VENV)/developer ## compare with PyTorch, which is installed (TORCH=torch==2.13.0: this one)
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pytest -n0 -rs -p no:cacheprovider tests/pytorch tests/code/test_pytorch.py

pyodide: ## get Pyodide from npm: Python for the browser, of sites and of tests
	npm install --silent --no-save --prefix build/pyodide pyodide@$(PYODIDE)

site: $(VENV)/installed pyodide ## build a site of all problems, into build/tutor (or SITE=...)
	$(BIN)/bp-tutor site -o $(SITE) --runtime build/pyodide/node_modules/pyodide
	@echo "Look at it: $(BIN)/bp-tutor site --serve --runtime build/pyodide/node_modules/pyodide"

sweep: $(VENV)/installed pyodide ## look at the page of every problem in the browser (ARGS='exercise xor')
	$(BIN)/python -m tests.site.sweep $(ARGS)

docs: $(VENV)/docs ## build the documentation as a site, into build/site
	$(BIN)/python -m mkdocs build
	@echo "Built: build/site/index.html"

examples: $(VENV)/developer ## run the examples of the documentation (rewrite them: ARGS=--update-docs)
	$(BIN)/python -m pytest tests/test_documentation.py tests/docs $(ARGS)

release-check: $(VENV)/developer ## build wheel and sdist, and try them in fresh environments
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python -m tests.release.run

bench: $(VENV)/developer ## measure the promises on time and memory
	$(COMPILED)
	$(BIN)/python -m tests.benchmarks.run $(ARGS)

fuzz: $(VENV)/developer ## run every command on 3,000 spoilt files
	$(BIN)/python -m tests.hostile.fuzz $(ARGS)

format: $(VENV)/developer ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: $(VENV)/developer ## rewrite the golden files; read the difference before you keep it
	$(BIN)/python -m pytest --update-golden
	@git --no-pager diff --stat -- tests/golden || true

wheel: $(VENV)/installed ## build dist/*.whl, with the problems in it
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## remove .venv and everything that was made
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	find bp_tutor tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) '.[paper,plot,tables,anki]'
	$(COMPILED)
	@touch $@

$(VENV)/docs: $(VENV)/installed
	$(INSTALL) '.[paper,plot,tables,anki,docs]'
	$(COMPILED)
	@touch $@

# All at once, not after what others need: to find out what fits together takes long.
$(VENV)/developer: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) '.[paper,plot,tables,anki,dask,docs,dev]'
	$(COMPILED)
	@touch $(VENV)/installed $(VENV)/docs $@

# Debian keeps the part of venv that brings pip (ensurepip) in a package of its own.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "bp-tutor needs Python 3.11 or newer; '$(PYTHON)' is not it." >&2; \
	  echo "Name another one, for example: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@if $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then \
	  $(PYTHON) -m venv $(VENV); \
	elif $(PYTHON) -c 'import venv, pip' 2>/dev/null; then \
	  $(PYTHON) -m venv --without-pip $(VENV) && \
	  $(PYTHON) -m pip --python $(VENV)/bin/python install --quiet pip; \
	else \
	  echo "Python cannot make a virtual environment here. On Debian and Ubuntu:" >&2; \
	  echo "    sudo apt-get install python3-venv" >&2; \
	  echo "and then the same make command again." >&2; exit 1; \
	fi || { rm -rf $(VENV); exit 1; }
