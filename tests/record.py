"""Records the reports of the sample class anew, after a change that is meant to change them. Read the diff."""

import sys
from pathlib import Path


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parent / "demo"))
    from test_samples import record

    record()


if __name__ == "__main__":
    main()
