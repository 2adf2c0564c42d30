# Two commands from a fresh clone: `make demo` and `make test`. Both make .venv and install what they need.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

# The tests that take the branches of reading, running, judging and handing out; nbgrader, browsers and pages are not needed.
COVERED := core intake sandbox judging diagnosis grading
# What a change of a suite file, a judge, a sentence or a page breaks first, in less than 40 s on two idle cores.
QUICK := test_house.py suite authoring/test_coherence.py judging/test_closeness.py judging/test_judges.py \
	diagnosis/test_relations.py diagnosis/test_messages.py people reports intake/test_layout.py intake/test_submission.py \
	core/test_names.py selfcheck/test_selfcheck.py

.PHONY: demo test quick coverage judge mutants bench lint build package clean

demo: $(INSTALLED)
	@$(BIN)/python -m autograder demo

test: $(INSTALLED)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(OPTIONS)

quick: $(INSTALLED)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile -q -m "not slow" $(OPTIONS) $(QUICK:%=tests/%)

coverage: $(INSTALLED)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --cov -m "not slow" $(COVERED:%=tests/%)

judge: $(INSTALLED)
	@$(BIN)/python tests/judge.py
	@$(BIN)/python tests/mutants.py --sample 300

mutants: $(INSTALLED)
	@$(BIN)/python tests/mutants.py

bench: $(INSTALLED)
	@$(BIN)/python -m bench

lint: $(INSTALLED)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/classroom/*.yml

build: $(INSTALLED)
	@$(BIN)/python -m autograder build

package: $(INSTALLED)
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation
	@$(BIN)/twine check --strict dist/*

$(INSTALLED): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --editable .
	@touch $@

clean:
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache .coverage
