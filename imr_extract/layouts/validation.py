"""Validation: faults of a layout beyond its types, one sentence per fault."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from imr_extract.errors import SlowLayout
from imr_extract.layouts.spec import AnyRow, Layout, ModifiedRequest, SectionRule, TimedPattern
from imr_extract.record.model import Case
from imr_extract.rules.patterns import compile_pattern, expand
from imr_extract.rules.table import cue_rows

# What `layouts new` writes where it found no heading to recognize a letter by.
PLACEHOLDER = "words that each such letter prints"

_LAYOUT_ID = compile_pattern(r"[\p{L}\d][\p{L}\d._-]{0,99}")
_NAME = compile_pattern(r"\w+")


class LayoutFault(NamedTuple):
    """Something wrong in a layout file."""

    file: str
    key: str  # its path in the file: "sections[2].headings[0]"; "" for the file as a whole
    message: str

    def __str__(self) -> str:
        """One line: file, key, message."""
        return ": ".join(part for part in self if part)


def faults(layout: Layout, file: str) -> Iterator[LayoutFault]:
    """All faults of the layout that `file` holds."""
    for key, message in (
        *_names(layout),
        *_words(layout),
        *_detect(layout),
        *_sections(layout),
        *_labels(layout),
        *_credentials(layout),
        *_rows(layout),
        *_issues(layout),
    ):
        yield LayoutFault(file, key, message)


_Faults = Iterator[tuple[str, str]]


def _names(layout: Layout) -> _Faults:
    if not _LAYOUT_ID.fullmatch(layout.id):
        yield "id", "is no name: letters, digits, '-', '_' and '.' only, a letter or digit first"
    for index, section in enumerate(layout.sections):
        if not _NAME.fullmatch(section.name):
            yield f"sections[{index}].name", "is no name: letters, digits and '_' only"
    for key, row, _ in _keyed_rows(layout):
        if not row.id.strip():
            yield f"{key}.id", "is empty: its id says what the row finds"


def _words(layout: Layout) -> _Faults:
    """Words that no letter can hold, since its blanks and line ends are single blanks."""
    for key, words in _keyed_words(layout):
        if not words.strip():
            yield key, "is empty"
        elif " ".join(words.split()) != words.strip(" "):
            yield key, "has two blanks, a tab or a line end: in a letter they become one blank"
        elif words.startswith(" "):
            yield key, "begins with a blank, which no line of a letter does"


def _keyed_words(layout: Layout) -> Iterator[tuple[str, str]]:
    """All words that are looked for as they stand, with their keys."""
    detect, issues = layout.detect, layout.issues
    lists: list[tuple[str, Sequence[str]]] = [
        ("detect.required", detect.required),
        ("detect.one_of", detect.one_of),
        ("detect.opens", detect.opens),
    ]
    for number, section in enumerate(layout.sections):
        lists.append((f"sections[{number}].headings", section.headings))
        lists.append((f"sections[{number}].lead_in_ends", section.lead_in_ends))
    lists.extend((f"header.{field}", words) for field, words in layout.header.items())
    lists.extend((f"credentials.{field}", words) for field, words in layout.credentials.items())
    lists.extend((f"issues.labels.{part}", words) for part, words in issues.labels.items())
    lists.extend((f"issues.outcomes.{value}", words) for value, words in issues.outcomes.items())
    for index, phrase in enumerate(detect.phrases):
        yield f"detect.phrases[{index}].text", phrase.text
    for index, form in enumerate(issues.modified_requests):
        yield f"issues.modified_requests[{index}].mark", form.mark
    for key, each in lists:
        for index, words in enumerate(each):
            yield f"{key}[{index}]", words


def _detect(layout: Layout) -> _Faults:
    detect = layout.detect
    weighed = [
        *((f"detect.phrases[{at}]", each.weight) for at, each in enumerate(detect.phrases)),
        *((f"detect.patterns[{at}]", pattern.weight) for at, pattern in enumerate(detect.patterns)),
    ]
    for key, weight in weighed:
        # A pattern that is required may add nothing.
        fits = weight > 0 if "phrases" in key else weight >= 0
        if not fits or math.isinf(weight):
            yield f"{key}.weight", f"is {weight:g}, and must be a number above 0"
    most = sum(weight for _, weight in weighed)
    if not 0 < detect.threshold < math.inf:
        yield (
            "detect.threshold",
            f"is {detect.threshold:g}, and must be a number above 0; at 0 every text would do",
        )
    elif most < detect.threshold:
        yield (
            "detect.threshold",
            f"is {detect.threshold:g}, and all weights together are {most:g}: no text reaches it",
        )
    for index, phrase in enumerate(detect.phrases):
        if phrase.text == PLACEHOLDER:
            yield (
                f"detect.phrases[{index}].text",
                "only holds the place of words that each such letter prints: give those",
            )
    if detect.opens_within <= 0:
        yield "detect.opens_within", "is a number of characters, and must be above 0"
    known = {row.id for table in cue_rows("no_letter").values() for row in table}
    for index, each in enumerate(detect.allow):
        if each not in known:
            yield f"detect.allow[{index}]", f"is none of {', '.join(sorted(known))}"


def _sections(layout: Layout) -> _Faults:
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
                continue  # reported already
            if hidden is not None and hidden[0] == index:
                yield where, f"is never reached: {hidden[1]!r} of the same section stands in it"
            elif hidden is not None:
                other = names[hidden[0]]
                yield where, f"is never reached: {hidden[1]!r} of section {other!r} takes it"
            seen.append((index, heading))
    yield from _section_names(layout, set(names))


def _hides(above: str, heading: str, section: SectionRule) -> bool:
    """Whether a search for `above` stops where `heading` stands."""
    return above in heading if section.glued else heading.startswith(above)


def _section_names(layout: Layout, names: set[str]) -> _Faults:
    issues = layout.issues
    used = [
        *(("narrative", name) for name in layout.narrative),
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


def _labels(layout: Layout) -> _Faults:
    for table, labels, fields in (
        ("header", layout.header, Case.__struct_fields__),
        ("credentials", layout.credentials, ("licensure_states", "specialties")),
        ("issues.labels", layout.issues.labels, None),
    ):
        owner: dict[str, str] = {}
        for field, printed in labels.items():
            if fields is not None and field not in fields:
                yield f"{table}.{field}", f"is no field; there are {', '.join(fields)}"
            if not printed:
                yield f"{table}.{field}", "has no label: give the words that are printed"
            for label in printed:
                plain = label.rstrip(" :").casefold()
                above = next((each for each in owner if each and plain.startswith(each)), plain)
                if above != plain and owner[above] != field:
                    yield (
                        f"{table}.{field}",
                        f"is never reached: {label!r} begins with a label of {owner[above]!r}",
                    )
                if owner.setdefault(plain, field) != field:
                    yield (
                        f"{table}.{field}",
                        f"is ambiguous: {label!r} is also a label of {owner[plain]!r}",
                    )


def _credentials(layout: Layout) -> _Faults:
    if "reviewer" in layout.extractors and layout.reviewers == "labels" and not layout.credentials:
        yield (
            "credentials",
            'is missing, and reviewers = "labels", as where nothing is said, needs it',
        )


def _keyed_rows(layout: Layout) -> Iterator[tuple[str, AnyRow, str]]:
    """Every pattern row with its key and the group that it needs ("" for none)."""
    issues = layout.issues
    if issues.number is not None:
        yield "issues.number", issues.number, "number"
    if issues.administrator_says is not None:
        yield "issues.administrator_says", issues.administrator_says, ""
    tables: list[tuple[str, Sequence[AnyRow], str]] = [
        ("detect.patterns", layout.detect.patterns, ""),
        ("detect.document_forms", layout.detect.document_forms, ""),
        ("detect.text_before_headings", layout.detect.text_before_headings, ""),
        ("case", layout.case, "value"),
        ("furniture", layout.furniture, ""),
        ("issues.requests", issues.requests, "disputed_service"),
        ("issues.per_item_verdicts", issues.per_item_verdicts, "disputed_service"),
        ("issues.concluding_verdicts", issues.concluding_verdicts, "disputed_service"),
        ("issues.modified_requests", issues.modified_requests, "disputed_service"),
        ("issues.verdicts", issues.verdicts, ""),
    ]
    for number, section in enumerate(layout.sections):
        tables.append((f"sections[{number}].patterns", section.patterns, ""))
    for table, rows, group in tables:
        for index, row in enumerate(rows):
            yield f"{table}[{index}]", row, group


def _rows(layout: Layout) -> _Faults:
    ids: Counter[str] = Counter(row.id for _, row, _ in _keyed_rows(layout))
    for key, row, group in _keyed_rows(layout):
        if ids[row.id] > 1:
            yield f"{key}.id", f"{row.id!r} is the id of {ids[row.id]} rows"
        try:
            pattern = compile_pattern(expand(row.pattern))
        except regex.error as error:
            yield f"{key}.pattern", f"is no pattern: {error}"
            continue
        except RecursionError:
            yield f"{key}.pattern", "is no pattern: brackets stand too deep inside each other"
            continue
        if group and group not in pattern.groupindex:
            yield f"{key}.pattern", f"has no group (?<{group}>...)"
        yield from _examples(key, row, TimedPattern(pattern, layout.id, row.id))
    for index, row in enumerate(layout.case):
        if row.value not in Case.__struct_fields__:
            yield f"case[{index}].value", f"{row.value!r} is no field of the case"


def _examples(key: str, row: AnyRow, pattern: TimedPattern) -> _Faults:
    try:
        yield from _proofs(key, row, pattern)
    except SlowLayout:
        yield (
            f"{key}.pattern",
            "takes too long on its own examples: make it simpler, without repeats inside repeats",
        )


def _proofs(key: str, row: AnyRow, pattern: TimedPattern) -> _Faults:
    def matches(words: str) -> bool:
        whole = isinstance(row, ModifiedRequest)
        return bool(pattern.fullmatch(words) if whole else pattern.search(words))

    if matches(""):
        yield f"{key}.pattern", "matches where nothing stands, so that it finds any letter"
        return
    if not row.examples:
        yield f"{key}.examples", "are missing: give words that the pattern must match"
    for index, words in enumerate(row.examples):
        if not matches(words):
            yield f"{key}.examples[{index}]", "is not matched by its pattern"
    for index, words in enumerate(row.near_misses):
        if matches(words):
            yield f"{key}.near_misses[{index}]", "is matched by the pattern, and must not be"


def _issues(layout: Layout) -> _Faults:
    issues = layout.issues
    if issues.shape == "headed":
        if not issues.outcomes:
            yield "issues.outcomes", "are missing: give the words that end a heading"
        if not issues.labels:
            yield (
                "issues.labels",
                "are missing: an issue is recognized by the labels behind its heading",
            )
    elif not issues.verdicts and not issues.outcomes:
        yield "issues.verdicts", "are missing: nothing states the outcome"
    if issues.shape == "numbered" and issues.number is None:
        yield "issues.number", "is missing: a pattern of what begins an issue"
    if issues.shape == "single" and not issues.service and not issues.requests:
        yield "issues.requests", "are missing, and `service` too: nothing states what was asked for"
    printed = Counter(word.casefold() for words in issues.outcomes.values() for word in words)
    for word, count in printed.items():
        if count > 1:
            yield "issues.outcomes", f"are ambiguous: {word!r} stands for {count} outcomes"
