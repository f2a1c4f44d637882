"""Derive the prefilter words of every shipped pattern: words of which each match holds one.

usage: derive_prefilters.py [--check]

A pattern is tried on a text only where one of its words stands there. The words are derived from
the pattern as the regex engine parses it, so they cannot disagree with it. They are written to
`imr_extract/data/prefilters.json`, by the digest of the pattern; a pattern that is not in the file
is simply tried everywhere. With --check nothing is written, and a file that is out of date is an
error.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import regex
from regex import _regex_core

from imr_extract.clinical import quantities
from imr_extract.extract import mechanism
from imr_extract.rules.prefilters import digest_of
from imr_extract.rules.table import RuleTable, cue_rows, cues

core: Any = _regex_core  # the engine's own parser; it has no types
DATA = Path(__file__).parent.parent / "imr_extract" / "data"
FILE = DATA / "prefilters.json"
SHORTEST = 3  # letters of a word that is worth waiting for
MOST = 400  # words of one pattern
# Words that stand in nearly every sentence: to wait for them alone saves nothing.
FREQUENT = frozenset("the and for with was has had are been that his her this not from".split()) | {
    " of ",
    " in ",
    " to ",
    " is ",
    " as ",
    " on ",
    " an ",
}

Words = frozenset[str]


def tables() -> Iterator[RuleTable]:
    """Every table of shipped pattern rows."""
    for path in sorted((DATA / "cues").glob("*.toml")):
        for table in cue_rows(path.stem):
            yield cues(path.stem, table)
    for name in {*quantities.FOR_DRUG, *quantities.FOR_SERVICE, "mask"}:
        yield quantities.rows(name)
    for name in mechanism.TABLES:
        yield mechanism.rules(name)


def derived(source: str, *, ignore_case: bool) -> list[str]:
    """The prefilter words of a pattern, sorted; none where it has none that are worth it."""
    flags = regex.V0 | (regex.IGNORECASE if ignore_case else 0)
    reader = core.Source(source)
    reader.ignore_space = False
    tree = core._parse_pattern(reader, core.Info(flags, reader.char_type))  # noqa: SLF001
    words = _best(_required(tree))
    return sorted(words) if words else []


def _required(node: object) -> list[Words]:
    """Sets of literals; of each set, every match of the node holds one."""
    match node:
        case core.Sequence():
            return _of_sequence(node.items)
        case core.Branch():
            choices = [_best(_required(branch)) or frozenset() for branch in node.branches]
            return [frozenset().union(*choices)] if all(choices) else []
        case core.Group() | core.Atomic():
            return _required(node.subpattern)
        case core.GreedyRepeat() if node.min_count > 0:  # LazyRepeat and PossessiveRepeat are ones
            return _required(node.subpattern)
    return []  # a single character is not worth waiting for


def _of_sequence(items: Iterable[object]) -> list[Words]:
    """The literals of a run of characters, and what its other items require."""
    found: list[Words] = []
    runs = [""]
    for item in _flat(items):
        letters = _letters(item)
        if letters and len(runs) * len(letters) <= 16:
            runs = [run + letter for run in runs for letter in letters]
            continue
        if isinstance(item, core.Boundary | core.Keep):
            continue
        found.append(frozenset(runs))
        runs = [""]
        found += _required(item)
    return [*found, frozenset(runs)]


def _flat(items: Iterable[object]) -> Iterable[object]:
    """The items, with sequences and groups that only hold a sequence opened."""
    for item in items:
        inner = item
        while isinstance(inner, core.Group | core.Atomic):
            inner = inner.subpattern
        if isinstance(inner, core.Sequence):
            yield from _flat(inner.items)
        else:
            yield inner


def _letters(node: object) -> list[str]:
    """What a node may be, in lower case, where it is one character of a few."""
    if isinstance(node, core.Character) and node.positive:
        return [chr(node.value).lower()] if len(chr(node.value).lower()) == 1 else []
    if isinstance(node, core.SetUnion) and node.positive:
        choices = [_letters(item) for item in node.items]
        if all(choices):
            return sorted({letter for choice in choices for letter in choice})
    return []


def _best(sets: list[Words]) -> Words | None:
    """The set that is the cheapest to wait for; None where none is worth it."""
    usable = [words for words in sets if words and min(map(len, words)) >= SHORTEST]
    usable = [words for words in usable if len(words) <= MOST]
    return min(usable, key=_cost, default=None)


def _cost(words: Words) -> tuple[float, list[str]]:
    """How often one of the words is likely to stand in a sentence, by their length."""
    return sum(1.0 if w in FREQUENT else 8.0 ** -len(w.strip()) for w in words), sorted(words)


def text() -> str:
    """The file as the patterns give it."""
    rows = [row for table in tables() for row in table]
    found = {
        digest_of(row.source): derived(row.source, ignore_case=row.ignore_case) for row in rows
    }
    lines = [f"{json.dumps(key)}: {json.dumps(found[key])}" for key in sorted(found) if found[key]]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        FILE.write_text(text(), encoding="utf-8")
    elif FILE.read_text(encoding="utf-8") != text():
        sys.exit(f"{FILE.name} is out of date: run `make prefilters`")


if __name__ == "__main__":
    main()
