"""The date of injury: the header's, and the one that the case summary states."""

from collections.abc import Iterator

from imr_extract.record.model import Note
from imr_extract.rules.patterns import is_cut_short, parse_date
from imr_extract.rules.table import cues
from imr_extract.text.document import Found, NormalizedText, Rejected, Section


def extract(
    normalized: NormalizedText,
    summary: Section | None,
    in_header: Found | None,
    latest_year: int | None,
) -> Iterator[Found | Note | Rejected]:
    """`injury.date` and `injury.date_in_summary`.

    `in_header` is the header's date of injury; it is the authority, and a note says where the
    summary has another. `latest_year` is the decision's, for two-digit years.
    """
    in_summary: Found | None = None
    for fact in _summary_dates(normalized, summary, latest_year) if summary else ():
        if isinstance(fact, Found):
            in_summary = fact
        else:
            yield fact
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
            span = in_summary.spans[0]
            yield Rejected("injury.date", span, in_summary.rule, "the header's date is taken")
    elif in_summary is not None:
        yield in_summary._replace(field="injury.date")
    else:
        yield Note(
            field="injury.date",
            code="not_in_letter",
            message="neither header nor case summary gives it",
        )


def _summary_dates(
    normalized: NormalizedText, summary: Section, latest_year: int | None
) -> Iterator[Found | Note | Rejected]:
    field = "injury.date_in_summary"
    hits = []
    for row in cues("injury", "date").called(normalized.text, summary.body, summary.end):
        for match in row.pattern.finditer(normalized.text, summary.body, summary.end):
            date = parse_date(match["date"], latest_year)
            if date is not None:
                hits.append((match.start("date"), row.id, date, match.end("date")))
                break
            yield Rejected(field, normalized.span(*match.span("date")), row.id, "no calendar date")
    for order, (start, rule, date, end) in enumerate(sorted(hits)):
        span = normalized.span(start, end)
        if order == 0:
            yield Found(field, date, (span,), rule)
            if is_cut_short(normalized.text, start, date):
                yield Note(
                    field=field,
                    code="imprecise",
                    message="the letter prints the date more exactly than it was understood",
                )
        else:
            yield Rejected(field, span, rule, "another match stands there or further up")
