"""The labelled letters beside the project, for the scripts that measure on them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
LETTERS = SHARED / "letters" / "dev"
GOLD = SHARED / "gold" / "dev"
TARGETS = SHARED / "gold" / "targets.json"
SCORE = SHARED / "tools" / "score.py"


def need(*paths: Path) -> None:
    """End the script with a line that says what is missing, where one of `paths` is not there."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        sys.exit(
            "the labelled letters are not beside the project; missing: "
            + ", ".join(str(path) for path in missing)
        )


def extract(letters: Path, records: Path, code: Path = ROOT, *options: str) -> None:
    """Write the records of a folder of letters with the package in the folder `code`.

    `options` are more options of the command.

    Ends the script where no letter gives a record, and where the command itself fails.
    """
    with records.open("wb") as file:
        done = subprocess.run(
            # A path in front of the environment's own copy of the package: -P leaves out scripts/.
            [sys.executable, "-P", "-m", "imr_extract", "extract", *options, str(letters)],
            stdout=file,
            stderr=subprocess.PIPE,
            env={"PYTHONPATH": str(code), "PATH": ""},
            check=False,
        )
    if done.returncode > 1 or not records.stat().st_size:
        last = done.stderr.decode().strip().rpartition("\n")[2]
        sys.exit(f"the package in {code} gives no records: {last}")
