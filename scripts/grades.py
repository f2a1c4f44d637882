"""Measure the precision of each grade of rules on labelled letters, for `make grades`.

    python scripts/grades.py

Writes the table into `docs/accuracy.md`, between its marks: nothing there is typed in by hand. A
value counts where a label says whether it is right: for a list each of its items does.

Layouts stand apart, since a rule that is right in one says nothing of another; and so do letters
that nobody had read when the rules were made, which are read by the program of that time.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from compare_revisions import unpack
from labelled import GOLD, LETTERS, ROOT, SHARED, extract, need

from imr_extract.evaluate import (
    Facts,
    FieldScore,
    Figure,
    FigureRow,
    decode,
    judge,
    read_labels,
    rows,
)
from imr_extract.evaluate.judge import Judgement
from imr_extract.pipeline.confidence import GRADES

PAGE = ROOT / "docs" / "accuracy.md"
MARKS = ("<!-- grades: written by make grades -->\n", "<!-- end of grades -->\n")
MEANING = {
    "high": "the letter prints the value in its own place, or behind words that announce it",
    "medium": "a sentence states it in words that seldom mean anything else",
    "low": "the words may be about something else, or nothing better was found",
}


class Measured(NamedTuple):
    """A set of letters with labels, and the program that reads it."""

    layout: str
    letters: Path
    gold: Path
    only: frozenset[str] | None = None  # names of the letters; None for all
    without: frozenset[str] = frozenset()
    revision: str | None = None  # of the program; None for this checkout

    @property
    def title(self) -> str:
        """What is said of it in the table."""
        return "unseen" if self.revision else "errors read"

    def holds(self, name: str) -> bool:
        """Whether a letter belongs to the set."""
        return name not in self.without and (self.only is None or name in self.only)


def sets() -> list[Measured]:
    """The sets of labelled letters that are there."""
    second = SHARED / "letters" / "second.txt"
    later = (
        frozenset(second.read_text(encoding="utf-8").split()) if second.exists() else frozenset()
    )
    health = (SHARED / "letters" / "dmhc", SHARED / "gold" / "dmhc")
    found = [Measured("dwc-issues", LETTERS, GOLD, without=later)]
    if later:
        # The last program before an error of these letters was read.
        found.append(Measured("dwc-issues", LETTERS, GOLD, only=later, revision="c0a57fb"))
    if health[1].is_dir():
        found.append(Measured("dmhc-findings", *health))
    return found


class Evidence(msgspec.Struct):
    """Where a value stands; of it only the rule and its grade are read."""

    rule: str
    grade: str


class Line(msgspec.Struct):
    """A record, of which only its evidence is read here."""

    evidence: dict[str, list[Evidence]]


def judged(line: bytes, label: Facts) -> Iterator[tuple[Evidence, bool]]:
    """The evidence of each value that the label judges, and whether the value is right."""
    evidence = msgspec.json.decode(line, type=Line).evidence
    for mark in judge(label, decode(line, "record")):
        for path, right in zip(mark.paths, mark.soft.right, strict=True):
            if evidence.get(path):
                yield evidence[path][0], right


def measure(measured: Measured) -> tuple[int, Mapping[str, set[str]], list[FigureRow]]:
    """Letters read, the rules seen by grade, and a row of figures for each grade."""
    labels = {label.stem: label for label in read_labels(measured.gold)}
    seen: dict[str, set[str]] = defaultdict(set)
    letters: list[list[FieldScore]] = []
    for name, line in _records(measured):
        right: dict[str, list[bool]] = defaultdict(list)
        for evidence, good in judged(line, labels[name]):
            seen[evidence.grade].add(evidence.rule)
            right[evidence.grade].append(good)
        letters.append([_mark(grade, right[grade]) for grade in GRADES])
    return len(letters), seen, rows(letters)


def _records(measured: Measured) -> Iterator[tuple[str, bytes]]:
    """The name of each letter of the set that could be read, and its record with evidence."""
    with tempfile.TemporaryDirectory() as printed:
        folder = Path(printed)
        (folder / "letters").mkdir()
        for path in sorted(measured.letters.iterdir()):
            if measured.holds(path.stem):
                (folder / "letters" / path.name).write_bytes(path.read_bytes())
        if measured.revision is not None:
            unpack(measured.revision, folder / "base")
        code = ROOT if measured.revision is None else folder / "base"
        extract(folder / "letters", folder / "records.jsonl", code, "--evidence")
        for line in (folder / "records.jsonl").read_bytes().splitlines():
            source = msgspec.json.decode(line)["source"]["name"]
            yield Path(source).stem, line


def _mark(grade: str, right: list[bool]) -> FieldScore:
    verdict = Judgement(tuple(right), sum(right), ())
    return FieldScore(grade, "f1", "", len(right), ("",) * len(right), verdict, verdict)


def table(groups: list[Measured]) -> str:
    """The part of the page between the marks."""
    lines = [f"- `{grade}`: {MEANING[grade]}." for grade in GRADES]
    lines += [
        "",
        "| layout | letters | grade | rules measured | values | precision | 95 % |",
        "|---|---|---|---|---|---|---|",
    ]
    for measured in groups:
        count, seen, figures = measure(measured)
        for row in figures:
            precision = row.soft.precision
            lines.append(
                f"| `{measured.layout}` | {count}, {measured.title} | `{row.field}` | "
                f"{len(seen[row.field])} | {row.n:,} | {precision.value:.3f} | "
                f"{_interval(precision)} |"
            )
    return "\n".join(lines) + "\n"


def _interval(figure: Figure) -> str:
    return f"{figure.low:.3f}-{figure.high:.3f}"


def with_table(page: str, printed: str) -> str:
    """The page with `printed` between the marks."""
    before, rest = page.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    return f"{before}{MARKS[0]}{printed}{MARKS[1]}{after}"


def main() -> int:
    """Measure, print, and renew the page."""
    need(GOLD, LETTERS)
    printed = table(sets())
    print(printed, end="")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_table(page, printed), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
