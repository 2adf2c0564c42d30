"""Odd ways to write the whole of `bptt.py`. Each gets full marks, or loses only the tasks that are named."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from submissions.broken.kinds import script

from autograder.engine.course.assignment import ASSIGNMENT

_NAMES = (*ASSIGNMENT.by_id, *ASSIGNMENT.given)  # and not the functions of the notebook's experiments
_PLAIN = script()
_MARKED = script(marks=True)
_CELLS = [cell.strip("\n") for cell in _MARKED.split("# %%\n") if cell.strip()]


@dataclass(frozen=True)
class Script:
    """One file: its bytes, the tasks that it must lose, and words of a remark on it, if there is to be one."""

    name: str
    data: bytes
    loses: tuple[str, ...] = ()
    remark: str = ""


SCRIPTS: list[Script] = []


def odd(name: str, data: str | bytes, *loses: str, remark: str = "") -> None:
    """Enter a file into the table."""
    SCRIPTS.append(Script(name, data if isinstance(data, bytes) else data.encode(), loses, remark))


def changed(old: str, new: str, text: str = _PLAIN) -> str:
    """The script with one thing changed."""
    assert old in text
    return text.replace(old, new, 1)


def each_function(change: Callable[[str], str]) -> str:
    """The script with the first line of each of the assignment's functions changed."""
    return re.sub(rf"^def (?:{'|'.join(_NAMES)})\(.*\):$", lambda found: change(found[0]), _PLAIN, flags=re.MULTILINE)


# Quotes, brackets, decorators and continuations that a reader of lines takes for something else.
odd("three quotes in a comment", each_function(lambda head: f'# """ is above\n{head}  # and """ too'))
odd("other quotes in docstrings", each_function(lambda head: f"{head}\n    \"\"\"It's '''quoted''' here, and ''' there.\"\"\""))
odd("docstrings that show the code", each_function(lambda head: f'{head}\n    """Was\n{head}\n    raise NotImplementedError()\n    """'))
odd("docstrings in column 0", each_function(lambda head: f'{head}\n    """\ndef no():\nclass No:\n@no\nx = (\n"""'))
odd("arguments in column 0", each_function(lambda head: head.replace("(", "(\n").replace(", ", ",\n").replace("):", "\n):")))
odd("arguments in column 0 with types", each_function(lambda head: re.sub(r"(\w+)(?:=[\d.]+)?([,)])", r"\1: list = 10.0\2", head).replace(", ", ",  # (\n")))
odd("backslashes", each_function(lambda head: head.replace("def ", "def \\\n").replace("(", "\\\n(", 1)))
odd("a decorator of many lines", "def plain(*a, **k):\n    return lambda f: f\n" + each_function(lambda head: f"@plain(\n'''\ndef x(\n''',\nk=1,\n)\n# a remark\n\n@plain()\n{head}"))
odd("decorators that begin on another line", "plain = lambda f: f\n" + each_function(lambda head: f"@\\\nplain\n@(\n# as it is\nlambda f: f)\n{head}"))
odd("docstrings with four quotes", each_function(lambda head: f"{head}\n    \"\"\"\"Quoted\" and it's \\\"\"\"\"\n    \"\"\"\"\"\""))
odd("prefixes of texts", "a = Rb'x'; b = bR\"y\"; c = U'z'\nd = fr'{a}\\d'; e = Fr\"\"\"\n{b}\ndef no(\n\"\"\"\n" + each_function(lambda head: f"{head}\n    r\"\"\"\\frac{{'''it\\d's}}\"\"\""))
odd("remarks with an apostrophe", re.sub(r"^(    \w.*)$", r"\1  # don't", _PLAIN, flags=re.MULTILINE))
odd("branches in column 0 with remarks between", "if 0:\n    pass\n# c\nelif 1:\n    K = 1\n\n\n# d\nelse:\n    pass\ntry:\n    pass\n\n# x\nexcept Exception:\n    pass\n# y\nelse:\n    pass\nfinally:\n    pass\nfor n in []:\n    pass\n# z\nelse:\n    pass\n" + _PLAIN)
odd("brackets of many kinds in column 0", "import contextlib\nwith (\ncontextlib.nullcontext() as a,\n):\n    pass\nD = {\n'a': [\n1,\n],\n}; L = (\nlambda *a: (\na,\n)\n)\nprint(\n'x'\n)\n{1, 2}\n[1]\n...\n" + _PLAIN)
odd("stubs of other things", "from abc import ABC, abstractmethod\nclass Base(ABC):\n    @abstractmethod\n    def forward(self, *a):\n        raise NotImplementedError()\nif False:\n    def forward(x):\n        raise NotImplementedError\n" + each_function(lambda head: f"{head}\n    def forward(x): raise NotImplementedError\n    def inner():\n        raise NotImplementedError"))
odd("everything made by a function", "def make():\n" + re.sub(r"^(?=.)", "    ", _PLAIN, flags=re.MULTILINE) + "    return locals()\nglobals().update(make())\n")
odd("spaces at the ends of lines", re.sub("$", " \t", _PLAIN, flags=re.MULTILINE))
odd("UTF-32", _PLAIN.encode("utf-32"), remark="UTF-32")
odd("a byte-order mark, a cookie and windows line ends", b"\xef\xbb\xbf# -*- coding: utf-8 -*-\r\n" + _PLAIN.replace("\n", "\r\n").encode())
odd("text cells of PyCharm", "\n".join(f"#%% md\n# It's \"\"\" here\n#%%\n\n{cell}\n" for cell in _CELLS))
odd("strings between the functions", each_function(lambda head: f"'''\nThe next function.\n\ndef forward(): a stub\n    raise NotImplementedError\n'''\n\n{head}"))
odd("remarks in column 0 within functions", re.sub(r"^(    \w.*)$", r"\1\n# why not", _PLAIN, flags=re.MULTILINE).replace("\nclass", "\n class"))
odd("form feeds", each_function(lambda head: f"\f\n\f{head}"))
odd("tabs", _PLAIN.replace("    ", "\t"))
odd("two spaces", re.sub(r"^ +", lambda found: found[0][::2], _PLAIN, flags=re.MULTILINE))
odd("one statement behind the other", changed("import numpy as np", "import numpy as np; import math; K = (\n1\n); L = '''\n'''; M = 2"))
odd("very long", "".join(f"x{n} = {n}\n" for n in range(1900)) + _PLAIN)
odd("longer than the limit of cells", "".join(f"x{n} = {n}\n" for n in range(5000)) + _PLAIN)
odd("many blank lines", each_function(lambda head: "\n" * 500 + head))
odd("no end of line at the end", _PLAIN.rstrip("\n"))
odd("a backslash at the end", _PLAIN + "# \\")
odd("stubs above the answers", changed("def forward(", "def hidden_grads(dL_do, W_hh, W_qh):\n    raise NotImplementedError()\n\n@print_free\ndef forward(").replace("import numpy as np\n", "import numpy as np\nprint_free = lambda f: f\n", 1), remark="hidden_grads: a stub was left out")
odd("decorated stubs below the answers", "def timed(f):\n    return f\n\n" + _PLAIN + "\n@timed\n@timed\ndef forward(x, h_0, W_hx, W_hh, W_qh):\n    '''Later.'''\n    raise NotImplementedError('todo')\n\n@timed\ndef last(): pass\n", remark="forward: a stub was left out")
# What stands around the functions.
odd("a shebang and authors", "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n'''Homework 3.\n\n@author: me\n'''\n__author__ = 'me'\n" + _PLAIN)
odd("types for the type checker alone", "'''Homework.'''\nfrom __future__ import annotations\n\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from numpy.typing import NDArray\n\n" + each_function(lambda head: re.sub(r"(\w+)(=[\d.]+)?([,)])", r"\1: NDArray[Any]\2\3", head).replace("):", ") -> NDArray:")))
odd("the same in cells", "# %%\n'''Homework.'''\nfrom __future__ import annotations\n" + "\n".join("# %%\n" + re.sub(r"^(def \w+\(.*\)):$", r"\1 -> NDArray:", cell, flags=re.MULTILINE) for cell in _CELLS))
odd("a main with arguments", _PLAIN + "\ndef main(argv=None) -> int:\n    return len(argv or sys.argv)\n\nif __name__ == '__main__':\n    raise SystemExit(main())\n")
odd("arguments at the top", "import argparse\nargs = argparse.ArgumentParser().parse_args()\n" + _PLAIN)
odd("its own file", "import os, sys\nfrom pathlib import Path\nHERE = Path(__file__).resolve().parent\nsys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))\n" + _PLAIN)
odd("its own name", "__all__ = ['forward']\n" + _PLAIN + "\nimport bptt\nassert bptt.forward is forward\n")
odd("all within an if", "import numpy as np\nif True:\n" + re.sub(r"^(?=.)", "    ", _PLAIN, flags=re.MULTILINE))
odd("all in a class with names outside", "import numpy as np\nclass Answers:\n" + "\n\n".join("    @staticmethod\n" + re.sub(r"^(?=.)", "    ", cell, flags=re.MULTILINE) for cell in _CELLS if cell.startswith(tuple(f"def {name}(" for name in _NAMES))) + "\nfor name in dir(Answers):\n    if not name.startswith('_'):\n        globals()[name] = getattr(Answers, name)\n")
odd("magics in a script", "%matplotlib inline\n!pip install numpy\n" + changed("def hidden_grads", "%load_ext autoreload\ndef hidden_grads"))
odd("a decorator from another package", "try:\n    from numba import njit\nexcept ImportError:\n    def njit(f=None, **options):\n        return f or (lambda g: g)\n" + each_function(lambda head: f"@njit(cache=True)\n{head}"))
odd("a switch at the top", "DEBUG = False\nif DEBUG:\n    import nothing_of_that_name\n    print(nothing)\nassert not DEBUG, 'off'\n" + _PLAIN)
odd("an await at the top", "import asyncio\nawait asyncio.sleep(0)\n" + _PLAIN)
# Encodings.
odd("windows line ends", _PLAIN.replace("\n", "\r\n"))
odd("old mac line ends", _PLAIN.replace("\n", "\r"))
odd("line ends of both kinds", re.sub("\n\n", "\r\n\n", _PLAIN))
odd("a byte-order mark", _PLAIN.encode("utf-8-sig"))
odd("UTF-16", _PLAIN.encode("utf-16"), remark="UTF-16")
odd("Latin-1 with a cookie", ("# -*- coding: latin-1 -*-\n" + _PLAIN.replace("carried", "übertrag")).encode("latin-1", "replace"))
odd("Windows' encoding with a cookie", ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n# “quotes” €\n" + _PLAIN.replace("carried", "été")).encode("cp1252", "replace"))
odd("Latin-1 without a cookie", ("# Übung\n" + _PLAIN).encode("latin-1", "replace"), remark="not UTF-8")
odd("a cookie that lies", "# coding: ascii\n" + _PLAIN)
odd("other alphabets", _PLAIN.replace("carried", "übertragδ").replace("rows", "行"))
# Exports of notebooks and of other editors.
odd("Jupyter's export", "#!/usr/bin/env python\n# coding: utf-8\n\n# # Homework\n# \n# Some *text*.\n\n" + "".join(f"# In[{n}]:\n\n\n{cell}\n\n\n" for n, cell in enumerate(_CELLS, 1)) + "# In[ ]:\n\n\n\n\n")
odd("Jupyter's export of timed cells", "".join(f"# In[{n}]:\n\n\n" + (f"get_ipython().run_cell_magic('time', '', {cell + chr(10)!r})" if cell.startswith("def ") else cell) + "\n\n\n" for n, cell in enumerate(_CELLS, 1)))
odd("Jupyter's export of magics", "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('pip install numpy')\nget_ipython().run_line_magic('pinfo', 'np.dot')\nfiles = get_ipython().getoutput('ls')\n" + _PLAIN)
odd("Jupytext's percent format", '# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:percent\n#   kernelspec:\n#     name: python3\n# ---\n\n# %% [markdown]\n# # Title\n# It\'s """ here.\n\n' + "\n".join(f'# %% name="c{n}" tags=["x"]\n{cell}' for n, cell in enumerate(_CELLS)))
odd("Jupytext's light format", "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:light\n# ---\n\n# # Title\n# text\n\n" + "\n\n".join(f'# + id="c{n}"\n{cell}\n# -' for n, cell in enumerate(_CELLS)))
odd("text cells in quotes", "\n".join(f'# %% [markdown]\n"""\n## Cell {n}\nIt\'s text\n# %% not a mark\n"""\n# %%\n{cell}' for n, cell in enumerate(_CELLS)))
odd("VS Code's marks", "\n".join(f"#%%\n{cell}" for cell in _CELLS))
odd("Spyder's marks", "# -*- coding: utf-8 -*-\n\"\"\"\nSpyder Editor\n\"\"\"\n" + "\n".join(f"#%% Cell {n} -----\n{cell}\n" for n, cell in enumerate(_CELLS)) + "#%%% A sub-cell\n")
odd("Databricks' export", "# Databricks notebook source\n# MAGIC %md\n# MAGIC # Title\n\n# COMMAND ----------\n\n" + "\n\n# COMMAND ----------\n\n".join(f"# DBTITLE 1,Cell {n}\n{cell}" for n, cell in enumerate(_CELLS)))
odd("an old IPython's export", "# -*- coding: utf-8 -*-\n# <nbformat>3.0</nbformat>\n\n" + "\n".join(f"# <codecell>\n\n{cell}\n" for cell in _CELLS) + "# <markdowncell>\n\n# The end.\n")
odd("Quarto's options", "\n".join(f"# %%\n#| echo: false\n#| label: c{n}\n{cell}" for n, cell in enumerate(_CELLS)))
odd("Colab's download", '# -*- coding: utf-8 -*-\n"""bptt.ipynb\n\nAutomatically generated by Colab.\n\nOriginal file is located at\n    https://colab.research.google.com/drive/x\n"""\n\n!pip install numpy\n# %cd /content\n\nfrom google.colab import drive\ndrive.mount(\'/content/drive\')\n\n"""## Forward\n\nIt\'s a "recursion"."""\n\n' + _PLAIN)
odd("marks within texts and functions", changed("def hidden_grads", '"""\n# %% this is no mark\n# In[3]:\n"""\ndef hidden_grads', _PLAIN).replace("    carried = np.zeros", "# %% the recursion\n    carried = np.zeros"))
odd("timed cells at marks", "\n".join(f"# %%\n%%time\n{cell}" for cell in _CELLS))
odd("cells of other languages at marks", "# %%\n%%bash\nls -l\nexit 3\n# %%\n%%html\n<b>x</b>\n" + _MARKED)
odd("a file written at a mark", "# %%\n%%writefile helper.py\nK = 1\n# %%\nfrom helper import K\n" + changed("return rows[::-1]", "return [K * row for row in rows[::-1]]", _MARKED), remark="helper.py: a cell writes it")
# What fails or ends something costs itself alone.
odd("a file that is missing", "import numpy as np\nx = np.loadtxt('data.csv')\n" + _PLAIN, remark="FileNotFoundError")
odd("a test that fails", changed("def hidden_grads", "assert forward(1), 'no'\ndef hidden_grads"), remark="TypeError")
odd("an exit in the middle", changed("def hidden_grads", "import sys\nsys.exit(0)\ndef hidden_grads"), remark="SystemExit")
odd("an end in the middle", changed("def hidden_grads", "import os\nos._exit(0)\ndef hidden_grads"), remark="ended the Python process")
odd("an endless loop in the middle", changed("def hidden_grads", "while True: pass\ndef hidden_grads"), remark="in time")
odd("a colon that is missing", changed("for dL_do_t in dL_do[::-1]:", "for dL_do_t in dL_do[::-1]"), "hidden_grads", remark="SyntaxError")
odd("a bracket that is not closed", changed("np.zeros(len(W_hh))", "np.zeros(len(W_hh)"), "hidden_grads", remark="SyntaxError")
odd("a text that is not closed", changed("def hidden_grads(dL_do, W_hh, W_qh):", 'def hidden_grads(dL_do, W_hh, W_qh):\n    """Back through time.'), "hidden_grads", remark="SyntaxError")
odd("a statement that is no Python", changed("def hidden_grads", "K = = 3\nprint 'x'\ndef hidden_grads"), remark="SyntaxError")
odd("a return at the top", changed("def hidden_grads", "return\ndef hidden_grads"), remark="SyntaxError")
odd("a syntax error in a cell", changed("for dL_do_t in dL_do[::-1]:", "for dL_do_t in dL_do[::-1]", _MARKED), "hidden_grads", remark="SyntaxError")
odd("an indentation that is off", changed("        rows.append(carried)", "      rows.append(carried)"), "hidden_grads", remark="IndentationError")
odd("a merge that was never finished", changed("def hidden_grads", "<<<<<<< HEAD\n=======\n>>>>>>> theirs\ndef hidden_grads"), remark="SyntaxError")
if sys.version_info >= (3, 12):
    odd("type parameters", "type Matrix[T] = list[list[T]]\n" + each_function(lambda head: re.sub(r"def (\w+)", r"def \1[T, *Ts]", head)))
    odd("quotes within quotes", changed("def hidden_grads", "print(f'{'''\nx'''!r} {f'{'#'}'}')\ndef hidden_grads"))
