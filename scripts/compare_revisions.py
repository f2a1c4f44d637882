"""Compare the records of the labelled letters with those of an older revision, for `make compare`.

    python scripts/compare_revisions.py REVISION [DIFF OPTION]...

Prints what became right and what became wrong since that revision, letter by letter and then a
field a line; `--only FIELD` shows one field. Ends with 0, or 1 where something became wrong.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from labelled import GOLD, LETTERS, ROOT, extract, need


def unpack(revision: str, folder: Path) -> None:
    """Write the package as it was at `revision`; ends the script where git does not know that.

    An archive, not a worktree: it leaves nothing behind in the repository when it is broken off.
    """
    done = subprocess.run(
        ["git", "archive", revision, "imr_extract"], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode:
        sys.exit(f"git does not give {revision}: {done.stderr.decode().strip()}")
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


def diff(*arguments: str | Path) -> str:
    """What `imr-extract diff` of this checkout prints."""
    done = subprocess.run(
        [sys.executable, "-m", "imr_extract", "diff", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode > 1:
        sys.exit(done.stderr.decode())
    return done.stdout.decode()


def table(printed: str) -> tuple[str, int]:
    """The counts of `diff --gold` as a table, and how many values became wrong."""
    tree = json.loads(printed)
    rows = tree["fields"]
    lines = [f"{tree['letters']} letters", f"{'field':44}{'gains':>7}{'losses':>8}{'letters':>9}"]
    lines += [f"{row['field']:44}{row['gain']:7}{row['loss']:8}{row['letters']:9}" for row in rows]
    if not rows:
        lines = [lines[0], "nothing became right or wrong"]
    return "\n".join(lines), sum(row["loss"] for row in rows)


def each(printed: str) -> Sequence[str]:
    """Every gain and loss on a line."""
    lines = []
    for row in map(json.loads, printed.splitlines()):
        sign = "+" if row["kind"] == "gain" else "-"
        where = row["where"] or row["field"]
        lines.append(f"{sign} {row['letter']}  {where}: want {row['old']!r}, got {row['new']!r}")
    return lines


def main() -> int:
    """Extract with both, compare, print."""
    if len(sys.argv) < 2:
        sys.exit("name the revision: make compare BASE=<revision>")
    need(GOLD, LETTERS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unpack(sys.argv[1], folder / "base")
        extract(LETTERS, folder / "old.jsonl", folder / "base")
        extract(LETTERS, folder / "new.jsonl")
        files = (folder / "old.jsonl", folder / "new.jsonl", "--gold", GOLD)
        print("\n".join(each(diff(*files, "--each", *sys.argv[2:]))))
        counts, losses = table(diff(*files))
        print(counts)
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main())
