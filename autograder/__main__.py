"""The command line: `python -m autograder`. Its commands lie in `engine/cli/`."""

from autograder.engine.cli.main import main

if __name__ == "__main__":
    main(prog_name="python -m autograder")
