"""Write what is made from the fixtures: goldens, and a record of the documents.

These are `fixtures/golden/NAME.json` and the record that `docs/record.md` shows.

For `make golden`. Ends with 1 always, so that no green run has ever written a golden: read
`git diff`, commit it alone with the reason, and run the tests.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from imr_extract import Record, __version__, extract_bytes

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
PAGE = ROOT / "docs" / "record.md"
SHOWN = "one-issue-upheld"  # the letter whose record the page shows
MARKS = ("<!-- record: written by make golden -->\n", "<!-- end of record -->\n")
LONGEST_TEXT = 72  # characters of a text that the page shows
ANY = "-"  # stands in goldens for the versions of program and rules
WIDTH = 100  # of a line of the page's record


def pretty(record: Record) -> str:
    """The record as a golden holds it: indented JSON with a line end.

    Without the versions of program and rules, which change more often than what is read.
    """
    record = replace(record, source=replace(record.source, program=ANY, rules=ANY))
    return msgspec.json.format(msgspec.json.encode(record), indent=2).decode() + "\n"


def shown(value: Any, indent: str = "") -> str:
    """JSON for people: what fits on a line is on one, and long texts are cut short."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        value = value[:LONGEST_TEXT].rstrip() + " \u2026"
    line = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {shown(part, deeper)}" for key, part in value.items()]
        start, end = "{", "}"
    else:
        parts, (start, end) = [shown(part, deeper) for part in value], "[]"
    inline = start + ", ".join(parts) + end
    if len(deeper) + len(inline) <= WIDTH and "\n" not in inline:
        return inline
    return f"{start}\n{deeper}" + f",\n{deeper}".join(parts) + f"\n{indent}{end}"


def with_record(text: str) -> str:
    """The page's text with the record between its marks made anew from the golden."""
    record = json.loads((FIXTURES / "golden" / f"{SHOWN}.json").read_text(encoding="utf-8"))
    record["source"] |= {"program": __version__, "rules": "\u2026"}
    before, rest = text.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    return f"{before}{MARKS[0]}```json\n{shown(record)}\n```\n{MARKS[1]}{after}"


def main() -> int:
    """Write all goldens, remove those without a fixture, and renew the page."""
    folder = FIXTURES / "golden"
    folder.mkdir(exist_ok=True)
    letters = sorted((FIXTURES / "pdf").glob("*.pdf"))
    for stale in {path.stem for path in folder.iterdir()} - {path.stem for path in letters}:
        (folder / f"{stale}.json").unlink()
    for path in letters:
        text = pretty(extract_bytes(path.read_bytes(), name=path.name))
        (folder / f"{path.stem}.json").write_text(text, encoding="utf-8", newline="\n")
    renewed = with_record(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(renewed, encoding="utf-8", newline="\n")
    others = sorted((FIXTURES / "layouts").glob("*/*.txt"))
    for path in others:
        printed = path.with_suffix(".pdf")
        read = printed if printed.exists() else path
        text = pretty(extract_bytes(read.read_bytes(), name=read.name))
        path.with_suffix(".json").write_text(text, encoding="utf-8", newline="\n")
    letters += others
    sys.stderr.write(f"{len(letters)} goldens written: read `git diff`, commit, run the tests.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
