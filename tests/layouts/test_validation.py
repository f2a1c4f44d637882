"""Layout files: what is wrong in one is told with file and key, and nothing in one runs."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from corpus import make_letter

from imr_extract.errors import SlowLayout
from imr_extract.layouts.loader import BadLayout, UserLayout, known, parse, read_folders, shipped
from imr_extract.layouts.spec import Layout
from imr_extract.layouts.validation import PLACEHOLDER, faults
from imr_extract.pipeline.letter import read_letter
from imr_extract.pipeline.options import ReadingOptions

PLAIN = """\
id = "tide"
title = "Tide"
proven = false
extractors = ["case", "reviewer", "enrollee"]
reviewers = "prose"
narrative = ["facts"]

[detect]
threshold = 2
phrases = [{ text = "FACTS", weight = 1 }, { text = "RULING", weight = 1 }]

[[sections]]
name = "header"

[[sections]]
name = "facts"
headings = ["FACTS"]

[[sections]]
name = "ruling"
headings = ["RULING"]

[header]
case_number = ["Number"]

[issues]
shape = "single"
service = "facts"
parts = { rationale = "ruling" }
verdict_sections = ["ruling"]

[[issues.verdicts]]
id = "stands"
outcome = "upheld"
pattern = 'it stands'
examples = ["it stands"]
near_misses = ["it falls"]
"""
ROW = (
    "{ id = 'tide', pattern = '(?<disputed_service>tide)',"
    " examples = ['tide'], near_misses = ['ebb'] }"
)
LETTER = "Number: 4\nFACTS\nA night splint.\nRULING\nSo it stands.\n"


def stated(text: str) -> list[tuple[str, str]]:
    """Key and message of each fault of the layout."""
    with pytest.raises(BadLayout) as raised:
        parse(UserLayout("tide.toml", text))
    assert {"tide.toml"} == {fault.file for fault in raised.value.faults}
    return [(fault.key, fault.message) for fault in raised.value.faults]


def test_the_plain_layout_reads_its_letter() -> None:
    user = UserLayout("tide.toml", PLAIN)
    letter = read_letter(LETTER.encode(), ReadingOptions(user_layouts=(user,)))
    assert ("tide", "upheld") == (letter.record.layout, letter.record.outcome)
    assert ["header", "facts", "ruling"] == list(letter.sections.by_name)


@pytest.mark.parametrize(
    ("table", "earlier", "present"),
    [
        ("", "mixed_story = true", "mixed_narrative = true"),
        ("detect", "bare_front = true", "no_text_before_headings = true"),
        ("detect", 'front_ends = ["TIDE"]', 'text_before_ends_with = ["TIDE"]'),
        ("detect", 'closes = ["stands"]', 'ends_with = ["stands"]'),
        ("detect", "front = [ROW]", "text_before_headings = [ROW]"),
        ("detect", "forms = [ROW]", "document_forms = [ROW]"),
        ("issues", "splits = [ROW]", "per_item_verdicts = [ROW]"),
        ("issues", "portions = [ROW]", "concluding_verdicts = [ROW]"),
    ],
)
def test_a_layout_may_use_the_names_of_the_first_version(
    table: str, earlier: str, present: str
) -> None:
    def read(words: str) -> Any:
        row = f"{words}\n".replace("ROW", ROW)
        text = PLAIN.replace(f"[{table}]\n", f"[{table}]\n{row}") if table else row + PLAIN
        return msgspec.to_builtins(parse(UserLayout("tide.toml", text)))

    assert read(earlier) == read(present) != read("")


def test_the_story_of_the_first_version_is_the_narrative() -> None:
    layout = parse(UserLayout("tide.toml", PLAIN.replace("narrative", "story")))
    assert ("facts",) == layout.narrative
    both = [key for key, _ in stated(f'story = ["facts"]\n{PLAIN}')]
    assert ["story"] == both


@pytest.mark.parametrize("layout", shipped(), ids=lambda layout: layout.id)
def test_shipped_layouts_have_no_fault(layout: Layout) -> None:
    assert [] == list(faults(layout, layout.id))


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('title = "Tide"', 'title = "Tide"\ncolour = "blue"', "colour", "unknown key"),
        ('title = "Tide"\n', "", "title", "missing"),
        (
            'name = "facts"',
            "name = 5",
            "sections[1].name",
            "must be text in quotes, and is a number",
        ),
        ('id = "tide"', 'id = "../tide"', "id", "no name"),
        ('id = "stands"', 'id = ""', "issues.verdicts[0].id", "empty"),
        ('name = "facts"', 'name = "the facts"', "sections[1].name", "no name"),
        ("threshold = 2", 'threshold = "2"', "detect.threshold", "must be a number, and is text"),
        ("threshold = 2", "threshold = nan", "detect.threshold", "above 0"),
        ("threshold = 2", "threshold = 1" + "0" * 400, "", "out of range"),
        ("weight = 1 }]", "weight = inf }]", "detect.phrases[1].weight", "above 0"),
        ('text = "FACTS"', f'text = "{PLACEHOLDER}"', "detect.phrases[0].text", "give those"),
        ("threshold = 2", 'threshold = 2\nopens = [""]', "detect.opens[0]", "empty"),
        ("threshold = 2", "threshold = 2\nopens_within = 0", "detect.opens_within", "above 0"),
        ("threshold = 2", 'threshold = 2\nrequired = ["A  B"]', "detect.required[0]", "one blank"),
        (
            "threshold = 2",
            'threshold = 2\nallow = ["a_row"]',
            "detect.allow[0]",
            "a_court_decision",
        ),
        (
            'headings = ["RULING"]',
            'headings = ["RUL\\nING"]',
            "sections[2].headings[0]",
            "one blank",
        ),
        ('headings = ["RULING"]', 'headings = [" RULING"]', "sections[2].headings[0]", "blank"),
        ('case_number = ["Number"]', 'case_number = [""]', "header.case_number[0]", "empty"),
        ('case_number = ["Number"]', "case_number = []", "header.case_number", "no label"),
        (
            'case_number = ["Number"]',
            'decision_date = ["Date"]\ndate_of_injury = ["Date of injury"]',
            "header.date_of_injury",
            "never reached",
        ),
        ('reviewers = "prose"', "", "credentials", "missing"),
        ("pattern = 'it stands'", "pattern = 'x*'", "issues.verdicts[0].pattern", "nothing stands"),
        (
            "pattern = 'it stands'",
            f"pattern = '{'(' * 5000}it stands{')' * 5000}'",
            "issues.verdicts[0].pattern",
            "has more than 4,000 characters",
        ),
        ("parts = { rationale", "parts = { reason", "issues.parts.reason", "none of the keys"),
        ('outcome = "upheld"', 'outcome = "denied"', "issues.verdicts[0].outcome", "none of"),
        ('headings = ["RULING"]', 'headigns = ["RULING"]', "sections[2].headigns", "unknown key"),
        ('headings = ["RULING"]', 'headings = ["FACTS"]', "sections[2].headings[0]", "reached"),
        ('headings = ["RULING"]', "", "sections[2]", "no heading"),
        (
            'headings = ["FACTS"]',
            'headings = ["FACTS", "FACTS OF IT"]',
            "sections[1].headings[1]",
            "reached",
        ),
        ('name = "ruling"', 'name = "facts"', "sections[1].name", "2 sections"),
        (
            'case_number = ["Number"]',
            'case_number = ["Number"]\npriority = ["number:"]',
            "header.priority",
            "ambiguous",
        ),
        ('case_number = ["Number"]', 'colour = ["Number"]', "header.colour", "no field"),
        ("threshold = 2", "threshold = 3", "detect.threshold", "no text reaches it"),
        ("threshold = 2", "threshold = 0", "detect.threshold", "every text"),
        (
            "pattern = 'it stands'",
            "pattern = 'it (stands'",
            "issues.verdicts[0].pattern",
            "no pattern",
        ),
        (
            'examples = ["it stands"]',
            'examples = ["it sits"]',
            "issues.verdicts[0].examples[0]",
            "not matched",
        ),
        (
            'near_misses = ["it falls"]',
            'near_misses = ["so it stands"]',
            "issues.verdicts[0].near_misses[0]",
            "must not",
        ),
        ('narrative = ["facts"]', 'narrative = ["fcats"]', "narrative", "does not have"),
        ('service = "facts"', "", "issues.requests", "asked for"),
        ('shape = "single"', 'shape = "headed"', "issues.outcomes", "missing"),
        (
            'extractors = ["case"',
            'extractors = ["cause"',
            "extractors[0]",
            "is none of case, diagnoses",
        ),
    ],
)
def test_each_fault_is_told_with_its_key(old: str, new: str, key: str, words: str) -> None:
    assert old in PLAIN
    found = stated(PLAIN.replace(old, new))
    assert key in [each for each, _ in found]
    assert any(words in message for each, message in found if each == key)


def test_all_misfits_are_told_at_once() -> None:
    text = PLAIN.replace('id = "tide"', 'titel = "Tide"').replace("proven = false", "proven = 1")
    assert [
        ("titel", "unknown key; did you mean 'title'?"),
        ("proven", "must be true or false, and is a number"),
        ("id", "is missing; it cannot be left out"),
    ] == stated(text)


@pytest.mark.parametrize(
    "text", ["id = ", "id = " + "[" * 5000 + "]" * 5000, "id = " + "9" * 5000, "id"]
)
def test_what_is_no_toml_is_told(text: str) -> None:
    assert "no TOML" in stated(text)[0][1]


def test_bytes_that_are_no_utf8_are_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "tide.toml"
    path.write_bytes(PLAIN.replace("Tide", "Tid\u00e9").encode("latin-1"))
    (user,) = read_folders([path])
    with pytest.raises(BadLayout, match=r"tide\.toml: is no UTF-8 text \(line 2\)"):
        parse(user)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "tide.toml"
    path.write_text(PLAIN, encoding="utf-8-sig")
    assert "tide" == parse(*read_folders([path])).id


def test_a_users_layout_takes_the_place_of_a_shipped_one() -> None:
    own = UserLayout("mine.toml", PLAIN.replace('"tide"', '"dwc-issues"'))
    assert ["dwc-issues"] == [each.id for each in known((own,)) if each.id == "dwc-issues"]
    assert "Tide" == known((own,))[0].title


def test_one_id_in_two_files_is_a_fault() -> None:
    two = (UserLayout("a.toml", PLAIN), UserLayout("b.toml", PLAIN))
    with pytest.raises(BadLayout, match=r"b\.toml: id: 'tide' is also the id of a\.toml"):
        known(two)


def test_folders_are_read_by_name(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml", "notes.txt"):
        (tmp_path / name).write_text(PLAIN, encoding="utf-8")
    assert ["a.toml", "b.toml"] == [Path(each.path).name for each in read_folders([tmp_path])]


def test_a_pattern_that_takes_too_long_on_its_proofs_is_a_fault() -> None:
    slow = PLAIN.replace("pattern = 'it stands'", r"pattern = '(?:\w|\w\w|\s)+(?=!)|it stands'")
    found = stated(slow.replace("it falls", "word " * 60))
    assert [("issues.verdicts[0].pattern", True)] == [
        (key, "too long on its own examples" in message) for key, message in found
    ]


def test_a_pattern_that_takes_too_long_gives_up() -> None:
    slow = PLAIN.replace("pattern = 'it stands'", "pattern = '(?:s*s*)*!|it stands'")
    user = UserLayout("tide.toml", slow)
    with pytest.raises(SlowLayout, match="pattern 'stands' of the layout tide"):
        read_letter((LETTER + "s" * 5000 + "\n").encode(), ReadingOptions(user_layouts=(user,)))


SLOW_SIGN = PLAIN.replace(
    "[[sections]]",
    """[[detect.patterns]]
id = "slow"
weight = 1
pattern = '(?:s*s*)*!|it stands'
examples = ["it stands"]

[[sections]]""",
    1,
)
SLOW = ReadingOptions(user_layouts=(UserLayout("a.toml", SLOW_SIGN),))


def test_a_layout_that_takes_too_long_is_passed_over_where_another_fits() -> None:
    letter = make_letter() + "s" * 5000 + "\n"
    record = read_letter(letter.encode(), SLOW).record
    assert "dwc-issues" == record.layout
    (note,) = [note for note in record.notes if note.field == "layout"]
    assert "the layout tide was not tried: its pattern 'slow' took too long" == note.message


def test_a_layout_that_takes_too_long_is_an_error_where_no_other_fits() -> None:
    letter = "FACTS\nRULING\n" + "s" * 5000
    with pytest.raises(SlowLayout, match="pattern 'slow' of the layout tide"):
        read_letter(letter.encode(), SLOW)
