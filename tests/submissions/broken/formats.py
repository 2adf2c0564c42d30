"""Notebooks of another format, with other metadata, or with cells that are missing, doubled or of another type."""

from autograder.engine.course.assignment import ASSIGNMENT
from submissions.broken.kinds import ALL, LOST, NONE, cell, code, copied, honest, notebook, place, prose, stub

_WITHOUT_FORWARD = ALL - {"forward"}


@notebook(note="format 3")
def format_3(nb: dict) -> dict:
    cells = []
    for found in nb["cells"]:
        old = {"cell_type": found["cell_type"], "metadata": found["metadata"]}
        text = found["source"].splitlines(keepends=True)
        if found["cell_type"] == "code":
            cells.append(old | {"input": text, "language": "python", "outputs": [], "prompt_number": 1, "collapsed": False})
        else:
            cells.append(old | {"source": text})
    cells.insert(0, {"cell_type": "heading", "level": 1, "metadata": {}, "source": "Exercise"})
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells, "metadata": {}}]}


@notebook()
def format_4_0_without_ids(nb: dict) -> None:
    nb["nbformat_minor"] = 0
    for found in nb["cells"]:
        del found["id"]


@notebook(note="format 5")
def format_5(nb: dict) -> None:
    nb |= {"nbformat": 5, "nbformat_minor": 0, "extensions": {"future": True}}
    for found in nb["cells"]:
        found |= {"language": "python", "history": []}


@notebook()
def format_unsaid(nb: dict) -> None:
    del nb["nbformat"], nb["nbformat_minor"]


@notebook()
def format_of_nonsense(nb: dict) -> None:
    nb |= {"nbformat": "four", "nbformat_minor": [5]}


@notebook()
def some_ids_missing(nb: dict) -> None:
    for found in nb["cells"][::2]:
        del found["id"]


@notebook()
def all_ids_the_same(nb: dict) -> None:
    for found in nb["cells"]:
        found["id"] = "1"


@notebook()
def ids_that_are_no_text(nb: dict) -> None:
    for number, found in enumerate(nb["cells"]):
        found["id"] = [number, None, {"a": 1}][number % 3]


@notebook(note="nbgrader's marks")
def nbgrader_metadata_stripped(nb: dict) -> None:
    for found in nb["cells"]:
        found["metadata"] = {}


@notebook(note="nbgrader's marks")
def metadata_and_ids_stripped(nb: dict) -> None:
    nb["metadata"] = {}
    for found in nb["cells"]:
        found["metadata"] = {}
        del found["id"]


@notebook(note="nbgrader's marks")
def metadata_stripped_and_ids_drawn_anew(nb: dict) -> None:
    for number, found in enumerate(nb["cells"]):
        found |= {"metadata": {"id": f"aB{number}", "colab": {}}, "id": f"a{number}b"}


@notebook(note="forward: found in another cell")
def own_cell_instead_of_the_given_one(nb: dict) -> None:
    found = cell(nb, "forward")
    nb["cells"][place(nb, "forward")] = code(found["source"])


@notebook(note="forward: answered more than once")
def doubled_solution_cell(nb: dict) -> None:
    found = cell(nb, "forward")
    nb["cells"].insert(place(nb, "forward"), copied(found, source="def forward(*args):\n    return 0\n"))


@notebook(note="forward: a stub was left out")
def doubled_solution_cell_with_a_stub_below(nb: dict) -> None:
    where = place(nb, "forward") + 1
    nb["cells"].insert(where, copied(cell(nb, "forward")))
    released = honest()
    stub(released, "forward")
    nb["cells"][where]["source"] = cell(released, "forward")["source"]


@notebook()
def doubled_test_cells(nb: dict) -> None:
    nb["cells"] += [copied(found) for found in nb["cells"] if found["id"].startswith("test_")]


@notebook()
def every_cell_doubled(nb: dict) -> None:
    nb["cells"] = [copied(found) for found in nb["cells"] for _ in range(2)]


@notebook()
def deleted_test_cells(nb: dict) -> None:
    nb["cells"] = [found for found in nb["cells"] if not found["id"].startswith("test_")]


@notebook(passes=_WITHOUT_FORWARD)
def deleted_solution_cell(nb: dict) -> None:
    nb["cells"].remove(cell(nb, "forward"))


@notebook()
def deleted_locked_cells_and_prose(nb: dict) -> None:
    nb["cells"] = [found for found in nb["cells"] if found["id"] in ALL]


@notebook(passes=NONE)
def deleted_everything(nb: dict) -> None:
    nb["cells"] = []


@notebook(note="had become text")
def solution_cell_as_markdown(nb: dict) -> None:
    found = cell(nb, "forward")
    found |= {"cell_type": "markdown"}
    del found["outputs"], found["execution_count"]


@notebook(note="had become text")
def solution_cell_as_raw(nb: dict) -> None:
    cell(nb, "forward")["cell_type"] = "raw"


@notebook(note="had become text")
def solution_cell_of_an_unknown_type(nb: dict) -> None:
    cell(nb, "forward")["cell_type"] = "python"
    del cell(nb, "hidden_grads")["cell_type"]


@notebook(note="had become text")
def solution_cell_fenced_in_markdown(nb: dict) -> None:
    found = cell(nb, "forward")
    found |= {"cell_type": "markdown", "source": f"```python\n{found['source']}\n```"}


@notebook()
def check_cells_as_markdown(nb: dict) -> None:
    for found in nb["cells"]:
        if found["id"].startswith("test_"):
            found["cell_type"] = "markdown"


@notebook()
def prose_about_the_functions(nb: dict) -> None:
    nb["cells"].append(prose("My first try was\ndef forward(x, h_0, W_hx, W_hh, W_qh):\n    return 0"))


@notebook()
def written_answer_as_code(nb: dict) -> None:
    cell(nb, "written_disagree").update(cell_type="code", source="print('by words')", outputs=[], execution_count=None)


@notebook()
def points_changed(nb: dict) -> None:
    for found in nb["cells"]:
        if "nbgrader" in found["metadata"]:
            found["metadata"]["nbgrader"] |= {"points": 1000, "locked": False, "grade": True, "solution": True}


@notebook()
def marks_of_other_schemas(nb: dict) -> None:
    for number, found in enumerate(nb["cells"]):
        if "nbgrader" in found["metadata"]:
            found["metadata"]["nbgrader"]["schema_version"] = [0, 1, 2, 99, "3", None][number % 6]


@notebook()
def kernel_of_another_language(nb: dict) -> None:
    nb["metadata"]["kernelspec"] = {"display_name": "R", "language": "R", "name": "ir"}
    nb["metadata"]["language_info"] = {"name": "R"}


@notebook()
def metadata_that_is_a_list(nb: dict) -> None:
    nb["metadata"] = [1, 2]
    for found in nb["cells"][::3]:
        found["metadata"] = ["nbgrader"]
    for found in nb["cells"][1::3]:
        found["metadata"]["nbgrader"] = [found["metadata"].get("nbgrader")]


@notebook()
def cells_that_are_none(nb: dict) -> None:
    nb["cells"] += [None, 1, "x", [], {}, {"cell_type": []}, {"cell_type": "code"}]


@notebook(passes=ALL - {"forward", "hidden_grads", "spectral_radius"})
def sources_that_are_no_text(nb: dict) -> None:
    for id, source in {"forward": 7, "hidden_grads": None, "spectral_radius": {"a": 1}}.items():
        cell(nb, id)["source"] = source


@notebook()
def sources_as_lists(nb: dict) -> None:
    for found in nb["cells"]:
        found["source"] = found["source"].splitlines(keepends=True)


@notebook()
def sources_as_lists_without_line_ends(nb: dict) -> None:
    for found in nb["cells"]:
        found["source"] = found["source"].split("\n")


@notebook()
def outputs_of_nonsense(nb: dict) -> None:
    for found in nb["cells"]:
        found |= {"outputs": 3, "execution_count": "many", "attachments": []}


@notebook()
def tags_on_the_check_cells(nb: dict) -> None:
    for found in nb["cells"]:
        found["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]


@notebook()
def very_many_cells(nb: dict) -> None:
    nb["cells"] += [code(f"x{number} = {number}", id=f"c{number}") for number in range(1500)]


@notebook(error="more than 2000 cells")
def too_many_cells(nb: dict) -> None:
    nb["cells"] += [code("pass", id=f"c{number}") for number in range(2000)]


@notebook(note="found in another cell")
def one_cell_for_everything(nb: dict) -> None:
    together = "\n\n".join(cell(nb, task.id)["source"] for task in ASSIGNMENT.tasks)
    nb["cells"] = [copied(cell(nb, "forward"), source="import numpy as np\n" + together)]


@notebook()
def cells_in_reverse(nb: dict) -> None:
    nb["cells"].reverse()


@notebook(note="a different order")
def run_in_another_order(nb: dict) -> None:
    for number, found in enumerate(nb["cells"]):
        if found["cell_type"] == "code":
            found["execution_count"] = 100 - number


@notebook(note="2 of its cells hold outputs without the number of a run")
def saved_while_it_ran(nb: dict) -> None:
    for id in ("forward", "test_forward"):
        cell(nb, id)["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "passed"}]


@notebook(note="forward: the check was last run before the answer was")
def changed_since_its_check(nb: dict) -> None:
    cell(nb, "forward")["execution_count"] = 12
    cell(nb, "test_forward")["execution_count"] = 11


@notebook(note="release 0123456789ab")
def an_older_release(nb: dict) -> None:
    nb["metadata"]["bptt"]["release"] = "0123456789ab"


@notebook(passes=ALL - {"forward"}, note=LOST)
def a_cell_id_of_odd_characters(nb: dict) -> None:
    cell(nb, "forward").update(id="\ud800\n\x1b[31m" + "x" * 1000, metadata={}, source="1 / 0")
