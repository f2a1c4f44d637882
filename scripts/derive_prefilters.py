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
from imr_extract.layouts import fixed_words
from imr_extract.layouts.loader import shipped
from imr_extract.layouts.spec import Layout, Sign
from imr_extract.rules.patterns import expand
from imr_extract.rules.prefilters import digest_of
from imr_extract.rules.table import CompiledRow, PatternRow, RuleTable, cue_rows, cues

core: Any = _regex_core  # the engine's own parser; it has no types
DATA = Path(__file__).parent.parent / "imr_extract" / "data"
FILE = DATA / "prefilters.json"
SHORTEST = 3  # letters of a word that is worth waiting for
SHORTEST_MARKS = 2  # and of one that has no letter in it, such as "</"
MOST = 400  # words of one pattern
MOST_SETS = 3  # sets of words of a pattern, of each of which one must stand
COMMON = 0.5  # cost of a set that saves nothing
COMMON_BESIDE = 0.01  # and of one that saves too little beside another one
MOST_RUNS = 24  # ways to print a run of characters
# Words that stand in nearly every sentence: to wait for them alone saves nothing.
FREQUENT = frozenset("a an and as in of on the to".split())

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
    for layout in shipped():
        yield RuleTable(
            CompiledRow(f"{layout.id}.{row.id}", expand(row.pattern), None)
            for row in rows_of(layout)
        )
        yield RuleTable(
            CompiledRow(f"{layout.id}.{words}", fixed_words.pattern_of(words), None)
            for words in sorted(set(fixed_words.of_layout(layout)))
        )


def rows_of(layout: Layout) -> list[Sign | PatternRow]:
    """The rows of a layout that are looked for in the whole of a letter."""
    sections = [row for rule in layout.sections for row in rule.patterns]
    return [*layout.detect.patterns, *layout.detect.document_forms, *sections]


def derived(source: str, *, ignore_case: bool) -> list[list[str]]:
    """Sets of prefilter words of a pattern, the rarest first; every match holds one of each."""
    flags = regex.V0 | (regex.IGNORECASE if ignore_case else 0)
    reader = core.Source(source)
    reader.ignore_space = False
    tree = core._parse_pattern(reader, core.Info(flags, reader.char_type))  # noqa: SLF001
    ranked = sorted(set(_usable(_required(tree))), key=_cost)
    limits = [COMMON, *(COMMON_BESIDE for _ in range(MOST_SETS - 1))]
    return [
        sorted(words) for words, most in zip(ranked, limits, strict=False) if _cost(words) < (most,)
    ]


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
            return _of_sequence([node.subpattern] * min(node.min_count, 4))
        case core.LookAround() if node.positive and not node.behind:
            return _required(node.subpattern)
        case core.Character() | core.SetUnion():
            return [frozenset(_ways(node))]
    return []


def _of_sequence(items: Iterable[object]) -> list[Words]:
    """The literals of a run of characters, and what its other items require."""
    found: list[Words] = []
    runs = [""]
    for item in _flat(items):
        if isinstance(item, core.Boundary | core.Keep):
            continue
        if isinstance(item, core.LookAround):
            found += _required(item)
            continue
        ways = _ways(item)
        if ways and len(runs) * len(ways) <= MOST_RUNS:
            runs = [run + way for run in runs for way in ways]
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


def _ways(node: object) -> list[str]:
    """All that a node may print, in lower case; nothing where that is no short list."""
    match node:
        case core.Character() if node.positive:
            return [chr(node.value).lower()] if len(chr(node.value).lower()) == 1 else []
        case core.SetUnion() if node.positive:
            return _ways_of_any(node.items)
        case core.Branch():
            return _ways_of_any(node.branches)
        case core.Group() | core.Atomic():
            return _ways(node.subpattern)
        case core.Sequence():
            ways = [""]
            for item in node.items:
                ways = [one + other for one in ways for other in _ways(item)]
            return ways if len(ways) <= MOST_RUNS else []
        case core.GreedyRepeat() if (node.min_count, node.max_count) == (0, 1):
            ways = _ways(node.subpattern)
            return ["", *ways] if ways else []
    return []


def _ways_of_any(nodes: Iterable[object]) -> list[str]:
    choices = [_ways(node) for node in nodes]
    ways = sorted({way for choice in choices for way in choice})
    return ways if all(choices) and len(ways) <= MOST_RUNS else []


def _usable(sets: Iterable[Words]) -> Iterator[Words]:
    """The sets that are worth waiting for, without words that hold another one of the set."""
    for words in sets:
        shortest = {
            word for word in words if not any(other in word for other in words if other != word)
        }
        if shortest and len(shortest) <= MOST and all(map(_is_long, shortest)):
            yield frozenset(shortest)


def _is_long(word: str) -> bool:
    """Whether a word is seldom found by chance."""
    is_marks = not any(letter.isalnum() or letter.isspace() for letter in word)
    rare_mark = is_marks and any(ord(letter) > 0x2100 for letter in word)
    return rare_mark or len(word) >= (SHORTEST_MARKS if is_marks else SHORTEST)


def _best(sets: list[Words]) -> Words | None:
    """The set that is the cheapest to wait for; None where none is worth it."""
    return min(_usable(sets), key=_cost, default=None)


def _cost(words: Words) -> tuple[float, list[str]]:
    """How often one of the words is likely to stand in a sentence, by their length."""
    cost = sum(1.0 if _is_frequent(word) else 8.0 ** -len(word.strip()) for word in words)
    return cost, sorted(words)


def _is_frequent(word: str) -> bool:
    return all(part in FREQUENT for part in word.split())


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
