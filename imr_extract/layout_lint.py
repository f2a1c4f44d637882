"""Lint: what is wrong with a layout that its types do not tell, a sentence a fault."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from imr_extract.layout_rules import AnyRow, HeadingForm, Layout, SectionRule, TimedPattern
from imr_extract.model import Case
from imr_extract.patterns import compile_pattern, expand


class Fault(NamedTuple):
    """Something wrong in a layout file."""

    file: str
    key: str  # its path in the file: "sections[2].headings[0]"; "" for the file as a whole
    message: str

    def __str__(self) -> str:
        """One line: file, key, message."""
        return ": ".join(part for part in self if part)


def faults(layout: Layout, file: str) -> Iterator[Fault]:
    """All faults of the layout that `file` holds."""
    for key, message in (
        *_detect(layout),
        *_sections(layout),
        *_labels(layout),
        *_rows(layout),
        *_issues(layout),
    ):
        yield Fault(file, key, message)


_Said = Iterator[tuple[str, str]]


def _detect(layout: Layout) -> _Said:
    detect = layout.detect
    most = sum(each.weight for each in detect.phrases)
    most += sum(each.weight for each in detect.patterns)
    if detect.threshold <= 0:
        yield "detect.threshold", "is not above 0, so that every text would be such a letter"
    if most < detect.threshold:
        yield (
            "detect.threshold",
            f"is {detect.threshold:g}, and all weights together are {most:g}: no text reaches it",
        )
    for index, phrase in enumerate(detect.phrases):
        if not phrase.text.strip() or phrase.weight <= 0:
            yield f"detect.phrases[{index}]", "needs words, and a weight above 0"
        elif "\n" in phrase.text or "  " in phrase.text:
            yield (
                f"detect.phrases[{index}]",
                "has a line end or two blanks: letters are compared with blanks folded to one",
            )


def _sections(layout: Layout) -> _Said:
    names = [section.name for section in layout.sections]
    for name, count in Counter(names).items():
        if count > 1:
            yield f"sections[{names.index(name)}].name", f"{name!r} names {count} sections"
    seen: list[tuple[int, str]] = []
    for index, section in enumerate(layout.sections):
        key = f"sections[{index}]"
        if index and not (section.headings or section.patterns):
            yield key, "has no heading and no pattern; only the first section can be without"
        for place, heading in enumerate(section.headings):
            where = f"{key}.headings[{place}]"
            hidden = next((each for each in seen if _hides(each[1], heading, section)), None)
            if not heading.strip():
                yield where, "is empty"
            elif hidden is not None and hidden[0] == index:
                yield where, f"is never reached: {hidden[1]!r} of the same section stands in it"
            elif hidden is not None:
                other = names[hidden[0]]
                yield where, f"is never reached: {hidden[1]!r} of section {other!r} takes it"
            seen.append((index, heading))
    yield from _section_names(layout, set(names))


def _hides(above: str, heading: str, section: SectionRule) -> bool:
    """Whether a search for `above` stops where `heading` stands."""
    return above in heading if section.glued else heading.startswith(above)


def _section_names(layout: Layout, names: set[str]) -> _Said:
    issues = layout.issues
    used = [
        *(("story", name) for name in layout.story),
        *(("issues.lists", name) for name in issues.lists),
        *(("issues.verdict_sections", name) for name in issues.verdict_sections),
        *((f"issues.parts.{part}", name) for part, name in issues.parts.items()),
        *([("issues.service", issues.service)] if issues.service else []),
    ]
    for key, name in used:
        if name not in names:
            yield key, f"names a section {name!r} that the layout does not have"
    if issues.shape != "single" and "issues" not in names:
        yield "sections", f"hold no section named 'issues', which the shape {issues.shape} needs"


def _labels(layout: Layout) -> _Said:
    for table, labels, fields in (
        ("header", layout.header, Case.__struct_fields__),
        ("credentials", layout.credentials, ("licensure_states", "specialties")),
        ("issues.labels", layout.issues.labels, None),
    ):
        owner: dict[str, str] = {}
        for field, printed in labels.items():
            if fields is not None and field not in fields:
                yield f"{table}.{field}", f"is no field; there are {', '.join(fields)}"
            for label in printed:
                plain = label.rstrip(" :").casefold()
                if owner.setdefault(plain, field) != field:
                    yield (
                        f"{table}.{field}",
                        f"is ambiguous: {label!r} is also a label of {owner[plain]!r}",
                    )


def _keyed_rows(layout: Layout) -> Iterator[tuple[str, AnyRow, str]]:
    """Every pattern row with its key and the group that it needs ("" for none)."""
    issues = layout.issues
    if issues.number is not None:
        yield "issues.number", issues.number, "number"
    tables: list[tuple[str, Sequence[AnyRow], str]] = [
        ("detect.patterns", layout.detect.patterns, ""),
        ("case", layout.case, "value"),
        ("furniture", layout.furniture, ""),
        ("issues.requests", issues.requests, "disputed_service"),
        ("issues.splits", issues.splits, "disputed_service"),
        ("issues.forms", issues.forms, "disputed_service"),
        ("issues.verdicts", issues.verdicts, ""),
    ]
    for number, section in enumerate(layout.sections):
        tables.append((f"sections[{number}].patterns", section.patterns, ""))
    for table, rows, group in tables:
        for index, row in enumerate(rows):
            yield f"{table}[{index}]", row, group


def _rows(layout: Layout) -> _Said:
    ids: Counter[str] = Counter(row.id for _, row, _ in _keyed_rows(layout))
    for key, row, group in _keyed_rows(layout):
        if ids[row.id] > 1:
            yield f"{key}.id", f"{row.id!r} is the id of {ids[row.id]} rows"
        try:
            pattern = compile_pattern(expand(row.pattern))
        except regex.error as error:
            yield f"{key}.pattern", f"is no pattern: {error}"
            continue
        if group and group not in pattern.groupindex:
            yield f"{key}.pattern", f"has no group (?<{group}>...)"
        yield from _examples(key, row, TimedPattern(pattern, layout.id, row.id))
    for index, row in enumerate(layout.case):
        if row.value not in Case.__struct_fields__:
            yield f"case[{index}].value", f"{row.value!r} is no field of the case"


def _examples(key: str, row: AnyRow, pattern: TimedPattern) -> _Said:
    def matches(words: str) -> bool:
        whole = isinstance(row, HeadingForm)
        return bool(pattern.fullmatch(words) if whole else pattern.search(words))

    if not row.examples:
        yield f"{key}.examples", "are missing: give words that the pattern must match"
    for index, words in enumerate(row.examples):
        if not matches(words):
            yield f"{key}.examples[{index}]", "is not matched by its pattern"
    for index, words in enumerate(row.near_misses):
        if matches(words):
            yield f"{key}.near_misses[{index}]", "is matched by the pattern, and must not be"


def _issues(layout: Layout) -> _Said:
    issues = layout.issues
    if issues.shape == "headed":
        if not issues.outcomes:
            yield "issues.outcomes", "are missing: give the words that end a heading"
        if not issues.labels:
            yield "issues.labels", "are missing: an issue is told by the labels behind its heading"
    elif not issues.verdicts and not issues.outcomes:
        yield "issues.verdicts", "are missing: nothing tells the outcome"
    if issues.shape == "numbered" and issues.number is None:
        yield "issues.number", "is missing: a pattern of what begins an issue"
    if issues.shape == "single" and not issues.service and not issues.requests:
        yield "issues.requests", "are missing, and `service` too: nothing tells what was asked for"
    printed = Counter(word.casefold() for words in issues.outcomes.values() for word in words)
    for word, count in printed.items():
        if count > 1:
            yield "issues.outcomes", f"are ambiguous: {word!r} stands for {count} outcomes"
