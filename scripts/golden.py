"""Write `fixtures/golden/NAME.json`: the record of each fixture PDF, for `make golden`.

Ends with 1 always, so that no green run has ever written a golden: read `git diff fixtures/golden`,
commit it alone with the reason, and run the tests.
"""

import sys
from pathlib import Path

import msgspec

from imr_extract import Record, extract_bytes

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def pretty(record: Record) -> str:
    """The record as a golden holds it: indented JSON with a line end."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2).decode() + "\n"


def main() -> int:
    """Write all goldens and remove those without a fixture."""
    folder = FIXTURES / "golden"
    folder.mkdir(exist_ok=True)
    letters = sorted((FIXTURES / "pdf").glob("*.pdf"))
    for stale in {path.stem for path in folder.iterdir()} - {path.stem for path in letters}:
        (folder / f"{stale}.json").unlink()
    for path in letters:
        text = pretty(extract_bytes(path.read_bytes(), name=path.name))
        (folder / f"{path.stem}.json").write_text(text, encoding="utf-8", newline="\n")
    sys.stderr.write(f"{len(letters)} goldens written: read `git diff fixtures/golden`, commit.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
