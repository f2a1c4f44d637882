"""The figures of a report computed apart: plain Python over the records, with nothing of DuckDB.

Only the names under which services, drugs, diagnoses and chapters are counted are the report's own.
"""

import datetime as dt
import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from imr_extract.report.letters import Citation, Diagnosis, Issue
from imr_extract.report.naming import chapter_of, diagnosis_of, drugs_of, service_of

Tree = dict[str, Any]
Counts = dict[tuple[str, ...], tuple[int, int, int]]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The roots of (p - share)^2 = z^2 p (1 - p) / n."""
    z = statistics.NormalDist().inv_cdf(0.975)
    share, a = hits / n, z * z / n
    b, root = 2 * share + a, math.sqrt((2 * share + a) ** 2 - 4 * (1 + a) * share * share)
    return (b - root) / (2 * (1 + a)), (b + root) / (2 * (1 + a))


def counted(pairs: Iterable[tuple[tuple[str, ...], str | None]]) -> Counts:
    """Of pairs of labels and outcome: how many, with an outcome, and overturned, by labels."""
    every: Counter[tuple[str, ...]] = Counter()
    known: Counter[tuple[str, ...]] = Counter()
    overturned: Counter[tuple[str, ...]] = Counter()
    for labels, outcome in pairs:
        every[labels] += 1
        known[labels] += outcome is not None
        overturned[labels] += outcome == "overturned"
    return {labels: (n, known[labels], overturned[labels]) for labels, n in every.items()}


def by_issue(records: list[Tree], labels: Callable[[Tree, Tree], Iterable[str]]) -> Counts:
    """Decisions under labels that a record and its issue give, each once."""
    return counted(
        ((label,), issue["outcome"])
        for record in records
        for issue in record["issues"]
        for label in dict.fromkeys(labels(record, issue))
    )


def rates(records: list[Tree]) -> dict[str, Counts]:
    """Every table of rates, by its name."""
    return {
        "categories": by_issue(records, lambda _, i: [i["category"] or "Not classified"]),
        "subcategories": counted(
            (
                (i["category"] or "Not classified", i["subcategory"] or "Not classified"),
                i["outcome"],
            )
            for r in records
            for i in r["issues"]
        ),
        "services": by_issue(records, lambda _, i: [service_of(issue(i))]),
        "drug_classes": by_issue(
            records, lambda _, i: [i["subcategory"]] if i["category"] == "Pharmaceuticals" else []
        ),
        "body_regions": by_issue(records, lambda _, i: i["body_parts"]),
        "diagnoses": by_issue(
            records, lambda r, _: [diagnosis_of(diagnosis(each)) for each in r["diagnoses"]]
        ),
        "guideline_agreement": by_issue(records, lambda _, i: [agreement(i)]),
        "reviewer_specialties": by_issue(records, lambda r, _: r["reviewer"]["specialties"]),
        "reviewer_states": by_issue(records, lambda r, _: r["reviewer"]["licensure_states"]),
        "ages": by_issue(records, lambda r, _: [age(r["patient"]["age"])]),
        "genders": by_issue(records, lambda r, _: [r["patient"]["gender"] or "not stated"]),
    }


def issue(tree: Tree) -> Issue:
    return msgspec.convert(tree, Issue)


def diagnosis(tree: Tree) -> Diagnosis:
    return msgspec.convert(tree, Diagnosis)


def chapters(citations: list[Tree]) -> set[str]:
    return {chapter_of(msgspec.convert(each, Citation)) for each in citations}


def agreement(tree: Tree) -> str:
    theirs = chapters(tree["claims_administrator_guidelines"])
    ours = chapters(tree["imr_guidelines"])
    if not theirs and not ours:
        return "neither side cites"
    if not theirs:
        return "only the reviewer cites"
    if not ours:
        return "only the claims administrator cites"
    if theirs == ours:
        return "both cite the same"
    return "both cite, none in common" if theirs.isdisjoint(ours) else "some in common"


def age(years: int | None) -> str:
    if years is None:
        return "not stated"
    if years < 20:
        return "under 20"
    return "70 and over" if years >= 70 else f"{years // 10 * 10} to {years // 10 * 10 + 9}"


def drugs(records: list[Tree]) -> Counts:
    """Decisions about drugs, by ingredients."""
    return by_issue(records, lambda _, i: [each.generic for each in drugs_of(issue(i))])


def pairs(records: list[Tree]) -> Counts:
    """Decisions by category and body region."""
    return counted(
        ((i["category"] or "Not classified", part), i["outcome"])
        for r in records
        for i in r["issues"]
        for part in dict.fromkeys(i["body_parts"]) or ["none named"]
    )


def period(record: Tree, kind: str) -> str:
    decided = record["case"]["decision_date"]
    if decided is None or (kind == "quarter" and len(decided) < 7):
        return "date not read"
    year = decided[:4]
    return year if kind == "year" else f"{year} Q{math.ceil(int(decided[5:7]) / 3)}"


def days(records: list[Tree], start: Callable[[Tree], str | None]) -> list[int]:
    """Whole days from a date to the decision, where both are exact and in order; sorted."""
    found = []
    for record in records:
        first, last = start(record), record["case"]["decision_date"]
        if first and last and len(first) == len(last) == 10:
            gone = dt.date.fromisoformat(last) - dt.date.fromisoformat(first)
            if gone.days >= 0:
                found.append(gone.days)
    return sorted(found)


SPANS: dict[str, Callable[[Tree], str | None]] = {
    "injury_to_decision": lambda r: r["injury"]["date"],
    "denial_to_decision": lambda r: r["case"]["ur_denial_date"],
    "application_to_decision": lambda r: r["case"]["application_received"],
    "assignment_to_decision": lambda r: r["case"]["date_assigned"],
}
