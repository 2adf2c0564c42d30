# Two commands from a fresh clone: `make demo` and `make test`. Both make .venv and install what they need.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo test judge bench lint build clean

demo: $(INSTALLED)
	@$(BIN)/python -m autograder demo

test: $(INSTALLED)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

judge: $(INSTALLED)
	@$(BIN)/python tests/judge.py

bench: $(INSTALLED)
	@$(BIN)/python -m bench

lint: $(INSTALLED)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

build: $(INSTALLED)
	@$(BIN)/python -m autograder build

$(INSTALLED): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --editable .
	@touch $@

clean:
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache
