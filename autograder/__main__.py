"""The command line: `python -m autograder`. Its commands lie in `engine/cli/`."""

import sys
from os.path import abspath, dirname

if __name__ == "__main__" and not sys.flags.safe_path and sys.path[0] != dirname(dirname(abspath(__file__))):
    del sys.path[0]  # the folder that it is started in, where a submission may be called click.py

from autograder.engine.cli.main import main

if __name__ == "__main__":
    main(prog_name="python -m autograder")
