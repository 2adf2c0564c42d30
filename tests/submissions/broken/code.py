"""Notebooks whose cells hold errors, other languages, endless loops, or the answers in another place."""

from submissions.broken.kinds import ALL, LOST, cell, code, notebook, place, prose, stub


@notebook(passes=ALL - {"hidden_grads"}, note=LOST)
def syntax_error_in_one_cell(nb: dict) -> None:
    cell(nb, "hidden_grads")["source"] = cell(nb, "hidden_grads")["source"].replace("):\n", ")\n", 1)


@notebook()
def syntax_error_in_the_import_cell(nb: dict) -> None:
    cell(nb, "setup")["source"] = "import numpy as np,\nfrom import"


@notebook(note=LOST)
def syntax_error_in_an_own_import_cell(nb: dict) -> None:
    nb["cells"].insert(0, code("import numpy as\nimport math"))


@notebook(note="scipy.linalg")
def imports_added_to_the_import_cell(nb: dict) -> None:
    cell(nb, "setup")["source"] += "\nimport scipy.linalg\nfrom math import fsum as add\nnp.random.seed(1)\n"
    source = "def spectral_radius(W_hh):\n    return add([max(abs(scipy.linalg.eigvals(W_hh)))])"
    cell(nb, "spectral_radius")["source"] = source


@notebook()
def numpy_gone_from_the_import_cell(nb: dict) -> None:
    cell(nb, "setup")["source"] = "import nothing as np"


@notebook(note=LOST)
def import_of_what_is_not_there(nb: dict) -> None:
    nb["cells"].insert(0, code("import torch\nfrom sklearn.metrics import r2_score\nx = torch.zeros(3)"))


@notebook()
def shell_lines_and_magics(nb: dict) -> None:
    lines = "!pip install numpy\n%pip install scipy\n%matplotlib inline\n%load_ext autoreload\nfiles = !ls\nforward?\n"
    cell(nb, "forward")["source"] = lines + cell(nb, "forward")["source"]
    nb["cells"].insert(0, code("!pip install --quiet numpy"))


@notebook()
def timed_cell(nb: dict) -> None:
    cell(nb, "forward")["source"] = "%%time\n" + cell(nb, "forward")["source"]
    cell(nb, "hidden_grads")["source"] = "\n%%capture out\n" + cell(nb, "hidden_grads")["source"]


@notebook()
def cells_of_other_languages(nb: dict) -> None:
    for number, source in enumerate(("%%bash\nls -l\nexit 3", "%%html\n<b>hi</b>", "%%javascript\nalert(1)")):
        nb["cells"].insert(3, code(source, id=f"own{number}"))


@notebook()
def await_at_the_top(nb: dict) -> None:
    nb["cells"].insert(3, code("import asyncio\nawait asyncio.sleep(0)"))


@notebook(note=LOST)
def asks_for_input(nb: dict) -> None:
    nb["cells"].insert(3, code("name = input('your name? ')"))
    cell(nb, "forward")["source"] += "\n\nn = int(input('T = '))"


@notebook(note=LOST)
def endless_exploration(nb: dict) -> None:
    nb["cells"].insert(place(nb, "forward"), code("while True:\n    pass"))


@notebook(note=LOST)
def leaves_the_interpreter(nb: dict) -> None:
    nb["cells"].insert(3, code("exit()", id="own1"))
    nb["cells"].insert(4, code("import os\nos._exit(0)", id="own2"))


@notebook(note=LOST)
def fails_in_every_exploration(nb: dict) -> None:
    for number in range(20):
        nb["cells"].insert(number, code(f"assert forward(1) == {number}", id=f"own{number}"))


@notebook(note=LOST)
def own_test_fails_below_the_function(nb: dict) -> None:
    cell(nb, "forward")["source"] += "\n\nassert forward(1, 2, 3, 4, 5) == 6"


@notebook()
def prints_and_plots(nb: dict) -> None:
    nb["cells"].append(code("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1]); plt.show()\nprint('x' * 10**7)"))


@notebook(passes=ALL - {"forward"})
def renamed_function(nb: dict) -> None:
    cell(nb, "forward")["source"] = cell(nb, "forward")["source"].replace("def forward(", "def forward_pass(")


@notebook(passes=ALL - {"forward"})
def function_in_capitals(nb: dict) -> None:
    cell(nb, "forward")["source"] = cell(nb, "forward")["source"].replace("def forward(", "def Forward(")


@notebook(passes=ALL - {"forward"})
def function_inside_a_class(nb: dict) -> None:
    body = cell(nb, "forward")["source"].replace("\n", "\n    ")
    cell(nb, "forward")["source"] = f"class Network:\n    {body}"


@notebook()
def other_names_of_parameters(nb: dict) -> None:
    source = "def spectral_radius(matrix, *unused, exact=True):\n    return max(abs(np.linalg.eigvals(matrix)))"
    cell(nb, "spectral_radius")["source"] = source


@notebook(passes=ALL - {"spectral_radius", "forward"}, partial=True)
def other_signatures(nb: dict) -> None:
    cell(nb, "spectral_radius")["source"] = "def spectral_radius():\n    return 1.0"
    source = cell(nb, "forward")["source"]
    cell(nb, "forward")["source"] = source.replace("(x, h_0, W_hx, W_hh, W_qh)", "(W_qh, W_hh, W_hx, h_0, x)")


@notebook(note="forward was found in a check cell")
def answer_in_the_check_cell(nb: dict) -> None:
    cell(nb, "test_forward")["source"] = cell(nb, "forward")["source"] + '\n\nselfcheck.check("forward", globals())'
    stub(nb, "forward")


@notebook(note="found in a check cell")
def answers_in_the_check_cells_and_no_stubs(nb: dict) -> None:
    for id in ("forward", "hidden_grads"):
        cell(nb, f"test_{id}")["source"] = cell(nb, id)["source"]
        nb["cells"].remove(cell(nb, id))


@notebook(note="found in a check cell")
def answer_in_the_check_cell_and_prose_about_it(nb: dict) -> None:
    cell(nb, "test_forward")["source"] = cell(nb, "forward")["source"]
    cell(nb, "forward")["source"] = ""
    nb["cells"].insert(0, prose("The task says\ndef forward(x, h_0, W_hx, W_hh, W_qh):"))


@notebook(note="forward: a stub was left out")
def answer_below_the_stub(nb: dict) -> None:
    nb["cells"].insert(place(nb, "test_forward") + 1, code(cell(nb, "forward")["source"]))
    stub(nb, "forward")


@notebook(note="forward: a stub was left out")
def answer_above_the_stub(nb: dict) -> None:
    nb["cells"].insert(place(nb, "forward"), code(cell(nb, "forward")["source"]))
    stub(nb, "forward")


@notebook(note="forward, hidden_grads: a stub was left out")
def answers_above_functions_that_do_nothing(nb: dict) -> None:
    for id, rest in {"forward": "\n    pass", "hidden_grads": ""}.items():
        nb["cells"].insert(place(nb, id), code(cell(nb, id)["source"], id=f"own-{id}"))
        stub(nb, id)
        cell(nb, id)["source"] = cell(nb, id)["source"] + rest if rest else f"def {id}(*args):\n    ..."


@notebook(note="forward: a stub was left out")
def answer_and_stub_in_one_cell(nb: dict) -> None:
    answer = cell(nb, "forward")["source"]
    stub(nb, "forward")
    cell(nb, "forward")["source"] = answer + "\n\n\n" + cell(nb, "forward")["source"]


@notebook()
def raise_left_below_the_answer(nb: dict) -> None:
    cell(nb, "forward")["source"] += "\n    raise NotImplementedError()"


@notebook(passes=ALL - {"forward"})
def raise_left_above_the_answer(nb: dict) -> None:
    cell(nb, "forward")["source"] = cell(nb, "forward")["source"].replace(":\n", ":\n    raise NotImplementedError()\n", 1)


@notebook(passes=frozenset())
def nothing_done(nb: dict) -> None:
    for id in ALL:
        stub(nb, id)


@notebook()
def functions_replaced_by_their_results(nb: dict) -> None:
    nb["cells"].append(code("forward = 3\nsum = 0\nmax = None\nnp.random.seed(0)"))


@notebook()
def byte_order_mark_in_a_cell(nb: dict) -> None:
    cell(nb, "forward")["source"] = "\ufeff" + cell(nb, "forward")["source"]


@notebook()
def functions_below_an_if(nb: dict) -> None:
    body = cell(nb, "forward")["source"].replace("\n", "\n    ")
    cell(nb, "forward")["source"] = f"if __name__ == '__main__':\n    {body}"


@notebook()
def an_alias_for_a_helper(nb: dict) -> None:
    source = cell(nb, "forward")["source"].replace("def forward(", "def my_forward(")
    cell(nb, "forward")["source"] = source + "\n\nforward = my_forward"
