"""The date of injury: the header's, and the one that the case summary tells."""

from collections.abc import Iterator

from imr_extract.document import Folded, Found, Section
from imr_extract.model import Note
from imr_extract.patterns import parse_date
from imr_extract.rules import cues


def extract(
    folded: Folded, summary: Section | None, in_header: Found | None, latest_year: int | None
) -> Iterator[Found | Note]:
    """`injury.date` and `injury.date_in_summary`.

    `in_header` is the header's date of injury; it is the authority, and a note tells where the
    summary has another. `latest_year` is the decision's, for two-digit years.
    """
    in_summary = _summary_date(folded, summary, latest_year) if summary else None
    if in_summary is None:
        yield Note(
            field="injury.date_in_summary",
            code="not_in_letter" if summary else "section_missing",
            message="the case summary gives no date of injury"
            if summary
            else "the letter has no case summary",
        )
    else:
        yield in_summary
    if in_header is not None:
        yield in_header._replace(field="injury.date")
        if in_summary is not None and not str(in_header.value).startswith(str(in_summary.value)):
            yield Note(
                field="injury.date",
                code="conflict",
                message="the case summary gives another date of injury than the header, "
                "which is taken",
            )
    elif in_summary is not None:
        yield in_summary._replace(field="injury.date")
    else:
        yield Note(
            field="injury.date",
            code="not_in_letter",
            message="neither header nor case summary gives it",
        )


def _summary_date(folded: Folded, summary: Section, latest_year: int | None) -> Found | None:
    hits = []
    for row in cues("injury", "date"):
        for match in row.pattern.finditer(folded.text, summary.body, summary.end):
            date = parse_date(match["date"], latest_year)
            if date is not None:
                hits.append((match.start("date"), row.id, date, match.end("date")))
                break
    if not hits:
        return None
    start, rule, date, end = min(hits)
    return Found("injury.date_in_summary", date, (folded.span(start, end),), rule)
