# Two commands from a fresh clone: `make demo` and `make test`. Both make .venv and install what they need.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

# The tests that take the branches of reading, running, judging and handing out; nbgrader, browsers and pages are not needed.
COVERED := answers broken channel closeness cost failures fuzz grading judge judges layout looking messages \
    misconceptions names relations sandbox session store submission timekeeper versions wire

.PHONY: demo test coverage judge mutants bench lint build clean

demo: $(INSTALLED)
	@$(BIN)/python -m autograder demo

test: $(INSTALLED)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(OPTIONS)

coverage: $(INSTALLED)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --cov -m "not slow" $(COVERED:%=tests/test_%.py)

judge: $(INSTALLED)
	@$(BIN)/python tests/judge.py
	@$(BIN)/python tests/mutants.py --sample 300

mutants: $(INSTALLED)
	@$(BIN)/python tests/mutants.py

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
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache .coverage
