"""Score the records of the labelled letters against the targets, for `make score`.

    python scripts/score_letters.py [FOLDER]

FOLDER holds the letters; without it the PDFs. Prints the table of `../shared/tools/score.py`, which
marks the fields below their target, and ends with its exit code.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from labelled import GOLD, LETTERS, SCORE, TARGETS, extract, need


def main() -> int:
    """Extract, score, print."""
    letters = Path(sys.argv[1]) if len(sys.argv) > 1 else LETTERS
    need(SCORE, GOLD, TARGETS, letters)
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "records.jsonl"
        extract(letters, records)
        score = [sys.executable, str(SCORE), "--gold", str(GOLD), "--targets", str(TARGETS)]
        return subprocess.run([*score, "--records", str(records)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
