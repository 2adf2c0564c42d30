# Two commands from a fresh clone: `make demo` and `make test`. Both make .venv and install what they need, and no more.

PYTHON ?= python3
BIN := .venv/bin
DEMO := .venv/.demo
DEV := .venv/.dev

# The tests that take the branches of reading, running, judging and handing out; nbgrader, browsers and pages are not needed.
COVERED := core intake sandbox judging diagnosis grading
# What a change of a suite file, a judge, a sentence or a page breaks first, in less than 40 s on two idle cores.
QUICK := test_house.py suite authoring/test_coherence.py judging/test_closeness.py judging/test_judges.py \
	diagnosis/test_relations.py diagnosis/test_messages.py people reports intake/test_layout.py intake/test_submission.py \
	core/test_names.py selfcheck/test_selfcheck.py

.NOTPARALLEL: # one .venv, which one installs into at a time
.PHONY: demo test quick coverage judge mutants bench lint build package clean

demo: $(DEMO)
	@$(BIN)/python -m autograder demo

test: $(DEV)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(OPTIONS)

quick: $(DEV)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile -q -m "not slow" $(OPTIONS) $(QUICK:%=tests/%)

coverage: $(DEV)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --cov -m "not slow" $(COVERED:%=tests/%)

judge: $(DEV)
	@$(BIN)/python tests/judge.py
	@$(BIN)/python tests/mutants.py --sample 300

mutants: $(DEV)
	@$(BIN)/python tests/mutants.py

bench: $(DEV)
	@$(BIN)/python -m bench

lint: $(DEV)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/classroom/*.yml

build: $(DEMO)
	@$(BIN)/python -m autograder build

package: $(DEV)
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation
	@$(BIN)/twine check --strict dist/*

$(DEMO) $(DEV): pyproject.toml constraints.txt
	@$(PYTHON) environment.py $(@F:.%=%)

clean:
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache .coverage
