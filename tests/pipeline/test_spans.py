"""Every found value shows the words that gave it."""

import pytest
from corpus import NAMES, normalized, variants

from imr_extract.extract.citation_text import guideline_rules
from imr_extract.pipeline.letter import Letter
from imr_extract.rules.patterns import compile_pattern, parse_date, parse_number
from imr_extract.rules.table import cues
from imr_extract.text.document import Found

BODIES = {name: row.body for row in guideline_rules().bodies for name in row.names} | {
    "MTUS": "MTUS"
}
# Values that are the words of the letter; the others are read out of the words.
WORDS = (
    "case_number",
    "disputed_service",
    "original_request",
    "authorized",
    "claims_administrator_guideline_text",
    "imr_guideline_text",
    "rationale",
    "title",
)
DATES = (
    "date_assigned",
    "date_of_injury",
    "date_in_summary",
    "decision_date",
    "ur_denial_date",
    "application_received",
)


def words_of(letter: Letter, found: Found) -> list[str]:
    """The words of each span, normalized as the document is."""
    return [normalized(letter.document.text[span.start : span.end]).text for span in found.spans]


def is_chapter(title: str, printed: str) -> bool:
    """Whether the words name the chapter: its title is ODG's own, whatever the letter prints."""
    names = guideline_rules().odg[title]
    return any(compile_pattern(name, ignore_case=True).fullmatch(printed) for name in names)


def is_shown(found: Found, words: list[str], latest_year: int | None) -> bool:
    """Whether the words are the printed form of the value."""
    last = found.field.rpartition(".")[2]
    if isinstance(found.value, list):
        # Names of drugs, regions and the like are normal forms; printed lists are their words.
        printed = last in ("licensure_states", "specialties", "sections")
        return not printed or found.value == words
    joined = " ".join(words)
    if found.rule == "guidelines.odg_chapter":
        return is_chapter(str(found.value), joined)
    if last in WORDS:
        return found.value == joined
    if last in DATES or found.field == "injury.date":
        return found.value == parse_date(joined, latest_year)
    if last == "age":
        return found.value == parse_number(joined)
    if last == "year":
        # Of a guideline, the year alone or the date of its last update.
        date = parse_date(joined, latest_year)
        return str(found.value) == (date[:4] if date else joined)
    if last in ("outcome", "priority"):
        return found.value == joined.lower()
    if last == "body":
        return found.value == BODIES.get(joined, "other")
    return True


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_every_value_give_it(name: str) -> None:
    for letter in variants(name).values():
        decided = letter.record.case.decision_date
        latest_year = int(decided[:4]) if decided else None
        assert letter.found
        for found in letter.found:
            words = words_of(letter, found)
            assert words
            assert is_shown(found, words, latest_year), found


@pytest.mark.parametrize("name", NAMES)
def test_spans_lie_in_the_document_and_hold_no_blank_edges(name: str) -> None:
    for letter in variants(name).values():
        text = letter.document.text
        for found in letter.found:
            for span in found.spans:
                assert 0 <= span.start < span.end <= len(text)
                printed = text[span.start : span.end]
                assert printed.strip() == printed


@pytest.mark.parametrize("name", NAMES)
def test_gender_and_verdict_are_matches_of_their_rows(name: str) -> None:
    tables = {
        "gender": ("patient", ("gender", "title", "pronoun")),
        "stated_verdict": ("verdict", ("verdict",)),
    }
    for letter in variants(name).values():
        for found in letter.found:
            file, names = tables.get(found.field.rpartition(".")[2], ("", ()))
            if not names or found.rule == "verdict.none":
                continue
            rows = {row.id: row for table in names for row in cues(file, table)}
            (words,) = words_of(letter, found)
            assert rows[found.rule].value == found.value
            assert rows[found.rule].pattern.search(words)
