"""Judge: a record beside the label of its letter, field by field, softly and strictly.

Softly two texts are the same where their letters and digits are, and two phrases where most of
their words are; strictly texts must be the same but for white space, and phrases must have the
same words.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import UNSET, UnsetType

from imr_extract.evaluate import matching
from imr_extract.evaluate.facts import (
    NO_FACTS,
    Facts,
    GuidelineFacts,
    IssueFacts,
    ItemFacts,
    Text,
    Words,
)

Measure = Literal["accuracy", "f1"]

# Two parts of the whole: the printed parts all right, and everything right.
STRUCTURE = "letter.structure_all_right"
WHOLE = "letter.all_right"

_NO_ISSUE = IssueFacts()
_TEXTS = ("claims_administrator_guideline_text", "imr_guideline_text", "rationale")
_CITATIONS = ("claims_administrator_guidelines", "imr_guidelines")


class Disagreement(NamedTuple):
    """A value wanted and not given ("lost"), given and not wanted ("extra"), or another ("wrong").

    Of "wrong" both values are set, and one may be None: said to be absent.
    """

    where: str  # path in the record, as "issues[0].drugs"
    kind: Literal["lost", "extra", "wrong"]
    wanted: Any
    given: Any

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same fault in two records; a wrong value stays wrong as another one."""
        return (self.where, self.kind, "" if self.kind == "wrong" else repr(self[2:]))


class Judgement(NamedTuple):
    """How one match, soft or strict, came out."""

    right: tuple[bool, ...]  # of each value given, in the record's order
    hits: int  # values wanted that are given
    faults: tuple[Disagreement, ...]


class FieldScore(NamedTuple):
    """One question to a letter, answered."""

    field: str  # the name of the question: "issues.drugs"
    measure: Measure
    where: str  # path of the value, or of the list of values
    wanted: int  # values that the label has
    paths: tuple[str, ...]  # of each value given
    soft: Judgement
    strict: Judgement

    def verdict(self, *, strict: bool) -> Judgement:
        """The verdict of one of the two matches."""
        return self.strict if strict else self.soft


def judge(label: Facts, record: Facts | None) -> Iterator[FieldScore]:
    """All that the label says, asked of the record; a record that is None says nothing.

    The question `record` comes first, the two on the letter as a whole stand behind those that they
    sum up.
    """
    given_record = record or NO_FACTS
    yield _one("record", "", "a record", "a record" if record else None)
    printed = list(_printed(label, given_record))
    yield from printed
    yield _whole(STRUCTURE, printed)
    read = list(_read(label, given_record))
    yield from read
    yield _whole(WHOLE, [*printed, *read])


def _printed(label: Facts, given_record: Facts) -> Iterator[FieldScore]:
    """What the letter prints in its own place: header, credentials, issues, outcomes."""
    yield from _scalars("case", label.case, given_record.case)
    yield from _texts("reviewer", ("licensure_states", "specialties"), label, given_record)
    if label.reviewer.count is not UNSET:
        yield _one(
            "reviewer.count",
            "reviewer.count",
            label.reviewer.count,
            _set(given_record.reviewer.count),
        )
    yield from _scalars("patient", label.patient, given_record.patient)
    if label.injury.date is not UNSET:
        yield _one("injury.date", "injury.date", label.injury.date, _set(given_record.injury.date))
    if label.issues is not UNSET:
        issues = given_record.issues or []
        yield _one("issues.count", "issues", len(label.issues), len(issues))
        for where, wanted, given in _issues(label, given_record):
            yield from _printed_issue(where, wanted, given)
    for name in ("outcome", "review_type"):
        if getattr(label, name) is not UNSET:
            yield _one(name, name, getattr(label, name), _set(getattr(given_record, name)))


def _printed_issue(where: str, wanted: IssueFacts, given: IssueFacts) -> Iterator[FieldScore]:
    for name in ("disputed_service", "outcome", *_TEXTS):
        expected, value = getattr(wanted, name), _set(getattr(given, name))
        if expected is not UNSET:
            like = name != "outcome"
            yield _one(f"issues.{name}", f"{where}.{name}", expected, value, as_text=like)
    for name in _CITATIONS:
        if getattr(wanted, name) is not UNSET:
            yield _citations(
                f"{where}.{name}", getattr(wanted, name), _set(getattr(given, name)) or []
            )


def _read(label: Facts, given_record: Facts) -> Iterator[FieldScore]:
    """What is read out of prose and of the names of services."""
    for where, wanted, given in _issues(label, given_record):
        yield from _read_issue(where, wanted, given)
    if label.injury.body_parts is not UNSET:
        yield _members(
            "injury.body_parts",
            "injury.body_parts",
            label.injury.body_parts,
            given_record.injury.body_parts or [],
        )
    if label.injury.mechanism is not UNSET:
        yield _mechanism(label.injury.mechanism, _set(given_record.injury.mechanism))
    for name in ("diagnoses", "treatments", "diagnostics"):
        items: list[ItemFacts] | UnsetType = getattr(label, name)
        if items is not UNSET:
            yield from _items(name, items, getattr(given_record, name) or [])


def _read_issue(where: str, wanted: IssueFacts, given: IssueFacts) -> Iterator[FieldScore]:
    for name in ("original_request", "authorized"):
        expected, value = getattr(wanted, name), _set(getattr(given, name))
        if expected is not UNSET and (expected or value):
            yield _one(f"issues.{name}", f"{where}.{name}", expected, value, as_text=True)
    for name in ("category", "subcategory", "quantity"):
        expected, value = getattr(wanted, name), _set(getattr(given, name))
        # That no amount is asked for is no achievement.
        asked = name != "quantity" or expected is not None or value is not None
        if expected is not UNSET and asked:
            yield _one(f"issues.{name}", f"{where}.{name}", expected, value)
    for name in ("drugs", "body_parts"):
        if getattr(wanted, name) is not UNSET:
            yield _members(
                f"issues.{name}",
                f"{where}.{name}",
                getattr(wanted, name),
                getattr(given, name) or [],
            )


def _issues(label: Facts, given_record: Facts) -> Iterator[tuple[str, IssueFacts, IssueFacts]]:
    """The label's issues with the record's of the same place."""
    given = given_record.issues or []
    for index, wanted in enumerate(label.issues or []):
        yield f"issues[{index}]", wanted, given[index] if index < len(given) else _NO_ISSUE


def _set(value: Any) -> Any:
    return None if value is UNSET else value


def _scalars(part: str, wanted: Any, given: Any) -> Iterator[FieldScore]:
    for name in wanted.__struct_fields__:
        expected = getattr(wanted, name)
        if expected is not UNSET:
            path = f"{part}.{name}"
            yield _one(path, path, expected, _set(getattr(given, name)))


def _texts(
    part: str, names: Sequence[str], label: Facts, given_record: Facts
) -> Iterator[FieldScore]:
    """Lists of printed names, which must be the same in the same order."""
    for name in names:
        wanted: Words = getattr(getattr(label, part), name)
        given: Words = getattr(getattr(given_record, part), name)
        if wanted is not UNSET:
            path = f"{part}.{name}"
            yield _one(path, path, wanted or None, given or None, as_text=True)


def _one(field: str, where: str, wanted: Any, given: Any, *, as_text: bool = False) -> FieldScore:
    """A question with one answer; `as_text` judges words softly by their letters."""
    strict = _one_spaced(wanted) == _one_spaced(given) if as_text else wanted == given
    soft = strict or (as_text and _letters(wanted) == _letters(given))
    return _answer(field, where, wanted, given, soft=soft, strict=strict)


def _answer(
    field: str, where: str, wanted: Any, given: Any, *, soft: bool, strict: bool
) -> FieldScore:
    there = given is not None

    def verdict(right: bool) -> Judgement:
        fault = Disagreement(where, "wrong", wanted, given)
        hits = int(right and wanted is not None)
        return Judgement((right,) if there else (), hits, () if right else (fault,))

    count = int(wanted is not None)
    paths = (where,) if there else ()
    return FieldScore(field, "accuracy", where, count, paths, verdict(soft), verdict(strict))


def _one_spaced(value: str | list[str] | None) -> list[str]:
    many = value if isinstance(value, list) else [value or ""]
    return [" ".join(each.split()) for each in many]


def _letters(value: str | list[str] | None) -> list[str]:
    return [matching.letters(each) for each in (value if isinstance(value, list) else [value])]


def _mechanism(wanted: Text, given: str | None) -> FieldScore:
    """The mechanism of injury."""
    expected = wanted or None
    given_record = given or None
    both = expected is not None and given_record is not None
    neither = expected is None and given_record is None
    return _answer(
        "injury.mechanism",
        "injury.mechanism",
        expected,
        given_record,
        soft=neither
        or (
            both and matching.likeness(str(expected), str(given_record)) >= matching.SAME_MECHANISM
        ),
        strict=neither or (both and matching.same_words(str(expected), str(given_record))),
    )


def _members(field: str, where: str, wanted: Sequence[Any], given: Sequence[Any]) -> FieldScore:
    """A set of words of a closed list, or of other values that are the same or not."""
    want, got = list(dict.fromkeys(wanted)), list(dict.fromkeys(given))
    faults = [Disagreement(where, "lost", each, None) for each in want if each not in got]
    faults += [Disagreement(where, "extra", None, each) for each in got if each not in want]
    right = tuple(each in want for each in got)
    verdict = Judgement(right, sum(right), tuple(faults))
    return FieldScore(field, "f1", where, len(want), (where,) * len(got), verdict, verdict)


def _citations(
    where: str, wanted: Sequence[GuidelineFacts], given: Sequence[GuidelineFacts]
) -> FieldScore:
    """The chapters of the MTUS that are cited, with their year; other bodies are not labelled."""

    def chapters(cited: Sequence[GuidelineFacts]) -> list[tuple[str, int | None]]:
        return [(matching.letters(each.title), each.year) for each in cited if each.body == "MTUS"]

    mark = _members("issues.guidelines", where, chapters(wanted), chapters(given))
    paths: dict[tuple[str, int | None], str] = {}
    for index, cited in enumerate(given):
        if cited.body == "MTUS":
            paths.setdefault((matching.letters(cited.title), cited.year), f"{where}[{index}].title")
    return mark._replace(paths=tuple(paths.values()))


def _items(name: str, wanted: list[ItemFacts], given: list[ItemFacts]) -> Iterator[FieldScore]:
    """A list of phrases; of treatments also kind and status of those that were found."""
    want, got = [each.text for each in wanted], [each.text for each in given]
    soft, strict = matching.pairs(want, got), matching.pairs(want, got, strict=True)
    yield FieldScore(
        name,
        "f1",
        name,
        len(want),
        tuple(f"{name}[{index}].text" for index in range(len(got))),
        _paired(name, want, got, soft),
        _paired(name, want, got, strict),
    )
    for i, j in soft:
        for part in ("kind", "status"):
            expected = getattr(wanted[i], part)
            if expected is not UNSET:
                given_part = _set(getattr(given[j], part))
                yield _one(f"{name}.{part}", f"{name}[{j}].{part}", expected, given_part)


def _paired(
    where: str, wanted: list[str], given: list[str], paired: list[tuple[int, int]]
) -> Judgement:
    met, used = {i for i, _ in paired}, {j for _, j in paired}
    faults = [
        Disagreement(where, "lost", each, None) for i, each in enumerate(wanted) if i not in met
    ]
    faults += [
        Disagreement(where, "extra", None, each) for j, each in enumerate(given) if j not in used
    ]
    return Judgement(tuple(j in used for j in range(len(given))), len(paired), tuple(faults))


def _whole(field: str, marks: Sequence[FieldScore]) -> FieldScore:
    """Whether nothing is wrong in any of these."""
    wrong = Counter(mark.field for mark in marks if mark.soft.faults)
    strictly = Counter(mark.field for mark in marks if mark.strict.faults)

    def verdict(found: Counter[str]) -> Judgement:
        fault = Disagreement("", "wrong", "all right", sorted(found))
        return Judgement((not found,), int(not found), (fault,) if found else ())

    return FieldScore(field, "accuracy", "", 1, ("",), verdict(wrong), verdict(strictly))
