"""Measure the precision of each grade of rules on the labelled letters, for `make grades`.

    python scripts/grades.py

Writes the table into `docs/accuracy.md`, between its marks: nothing there is typed in by hand. A
value counts where a label says whether it is right: for a list each of its items does.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator

import msgspec
from labelled import GOLD, LETTERS, ROOT, SHARED, need

from imr_extract import ImrError
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
from imr_extract.pipeline.confidence import GRADES, grade_of
from imr_extract.pipeline.letter import Letter, read_letter

PAGE = ROOT / "docs" / "accuracy.md"
MARKS = ("<!-- grades: written by make grades -->\n", "<!-- end of grades -->\n")
# Letters with their labels; those of the second layout where they are there.
SETS = ((LETTERS, GOLD), (SHARED / "letters" / "dmhc", SHARED / "gold" / "dmhc"))
MEANING = {
    "high": "the letter prints the value in its own place, or behind words that announce it",
    "medium": "a sentence states it in words that seldom mean anything else",
    "low": "the words may be about something else, or nothing better was found",
}


def judged(letter: Letter, label: Facts) -> Iterator[tuple[str, bool]]:
    """The rule of each value that the label judges, and whether the value is right."""
    rules = {each.field: each.rule for each in letter.found}
    record = decode(msgspec.json.encode(letter.record), letter.record.source.name)
    for mark in judge(label, record):
        for path, right in zip(mark.paths, mark.soft.right, strict=True):
            if path in rules:
                yield rules[path], right


def measure() -> tuple[int, dict[str, set[str]], list[FigureRow]]:
    """Letters read, the rules seen by grade, and a row of figures for each grade."""
    seen: dict[str, set[str]] = defaultdict(set)
    letters: list[list[FieldScore]] = []
    for folder, gold in SETS:
        labels = {each.stem: each for each in read_labels(gold)} if gold.is_dir() else {}
        for path in sorted(folder.glob("*")) if labels else ():
            try:
                letter = read_letter(path.read_bytes(), name=path.name)
            except ImrError as error:
                print(f"{path.name} {error.message}", file=sys.stderr)
                continue
            right: dict[str, list[bool]] = defaultdict(list)
            for rule, good in judged(letter, labels[path.stem]):
                seen[grade_of(rule)].add(rule)
                right[grade_of(rule)].append(good)
            letters.append([_mark(grade, right[grade]) for grade in GRADES])
    return len(letters), seen, rows(letters)


def _mark(grade: str, right: list[bool]) -> FieldScore:
    verdict = Judgement(tuple(right), sum(right), ())
    return FieldScore(grade, "f1", "", len(right), ("",) * len(right), verdict, verdict)


def table(letters: int, seen: dict[str, set[str]], figures: list[FigureRow]) -> str:
    """The part of the page between the marks."""
    lines = [
        f"Measured on {letters} labeled letters, those that the rules were made with: expect less",
        "on others.",
        "",
        "| grade | meaning | rules measured | values | precision | 95 % |",
        "|---|---|---|---|---|---|",
    ]
    for row in figures:
        precision = row.soft.precision
        lines.append(
            f"| `{row.field}` | {MEANING[row.field]} | {len(seen[row.field])} | {row.n:,} | "
            f"{precision.value:.3f} | {_interval(precision)} |"
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
    printed = table(*measure())
    print(printed, end="")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_table(page, printed), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
