"""A report: all sections of figures about a set of letters, in their order."""

from collections.abc import Iterable
from dataclasses import dataclass

from imr_extract.report import overview, published, quality, sides, subjects, times
from imr_extract.report.compare import compared
from imr_extract.report.filters import Filter
from imr_extract.report.overview import Period
from imr_extract.report.store import ReportStore, fill, opened
from imr_extract.report.tables import ReportSection, ReportTable

Lines = Iterable[tuple[str, bytes]]  # records as JSON, each with its place for messages


@dataclass(frozen=True)
class ReportHead:
    """What stands above all figures."""

    letters: int
    decisions: int
    overturned: int
    with_outcome: int
    all_upheld: int
    all_overturned: int
    both: int
    first: str | None  # date of the earliest decision, as exact as the letter
    last: str | None
    sources: tuple[str, ...]
    filters: tuple[str, ...]
    left_out: int
    health_plans: bool  # the letters are of the Department of Managed Health Care


@dataclass(frozen=True)
class Report:
    """The figures of a report; `other` is the head of what they are compared with."""

    head: ReportHead
    sections: tuple[ReportSection, ...]
    other: ReportHead | None = None

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """All tables in their order."""
        return tuple(table for section in self.sections for table in section.tables)


@dataclass(frozen=True)
class Question:
    """What a report is made of: its lines, the names of their sources, and the user's choices."""

    lines: Lines
    sources: tuple[str, ...]
    chosen: Filter | None = None
    period: Period | None = None  # None: as many letters' years suggest


def build(question: Question, other: Question | None = None) -> Report:
    """The report of these letters, beside those of `other` where there are some.

    Raises `NotRecords` for a line that is no record, and `PackageMissing` without DuckDB.
    """
    with opened() as store:
        fill(store, question.lines, question.chosen)
        period = question.period or overview.usual_period(store)
        own = Report(_head(store, question), _sections(store, question, period))
    if other is None:
        return own
    with opened() as store:
        fill(store, other.lines, other.chosen)
        there = Report(_head(store, other), _sections(store, other, period))
    return Report(own.head, compared(own.sections, there.sections), there.head)


def _head(store: ReportStore, question: Question) -> ReportHead:
    outcomes = dict(store.rows("SELECT outcome, count(*) FROM letters GROUP BY ALL"))
    decisions, known, overturned = store.rows(
        "SELECT count(*), count(overturned), count(*) FILTER (overturned) FROM decisions"
    )[0]
    first, last = store.rows("SELECT min(decided), max(decided) FROM letters")[0]
    letters = sum(outcomes.values())
    filters = () if question.chosen is None else question.chosen.conditions
    health = store.one("SELECT count(*) FROM letters WHERE programme = 'health'")
    return ReportHead(
        letters=letters,
        decisions=decisions,
        overturned=overturned,
        with_outcome=known,
        all_upheld=outcomes.get("upheld", 0),
        all_overturned=outcomes.get("overturned", 0),
        both=outcomes.get("partially_overturned", 0),
        first=first,
        last=last,
        sources=question.sources,
        filters=tuple(each.said for each in filters),
        left_out=store.account.read - letters,
        health_plans=bool(health),
    )


def _sections(store: ReportStore, question: Question, period: Period) -> tuple[ReportSection, ...]:
    return (
        overview.summary(store),
        overview.determinations(store, period),
        subjects.services(store),
        subjects.drugs(store),
        subjects.regions(store),
        subjects.diagnoses(store),
        sides.guidelines(store),
        sides.reviewers(store),
        times.times(store),
        sides.patients(store),
        published.beside(store, filtered=question.chosen is not None),
        quality.quality(store, overview.account(store)),
    )
