"""A starter for a layout: what a letter's own headings and labels tell of its kind, as TOML.

What is guessed says so in a comment; the file is meant to be read and changed.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from imr_extract.document import Folded
from imr_extract.patterns import compile_pattern

# The first word that stands in a heading names its section.
_ROLES = (
    ("disputed_service", "issue dispute disputed requested request service treatment"),
    ("case_summary", "summary history facts background case story"),
    ("reviewer_credentials", "reviewer reviewers credentials qualifications adviser expert"),
    ("documents_reviewed", "documents records file papers"),
    ("guidelines", "guideline guidelines criteria standard standards evidence"),
    ("rationale", "rationale reason reasons reasoning discussion analysis findings"),
    ("decision", "decision determination outcome conclusion result ruling verdict"),
)
_LABELS = (
    ("case_number", "number reference case"),
    ("application_received", "received application"),
    ("date_of_injury", "injury accident"),
    ("date_assigned", "assigned"),
    ("ur_denial_date", "denial denied refusal"),
    ("decision_date", "decision decided dated date"),
    ("priority", "priority"),
)
_ALL_CAPITALS = compile_pattern(r"[\p{Lu}\d][\p{Lu}\d ,'\u2019()/&-]{3,70}:?")
_WITH_COLON = compile_pattern(r"\p{Lu}[\p{L}\d '\u2019()/-]{2,50}:")
_LABELLED = compile_pattern(r"(?P<label>\p{Lu}[\p{L} /-]{2,40}) ?: (?P<value>\S.{0,60})")
_WORDS = compile_pattern(r"\p{L}+")
_NO_WORD = compile_pattern(r"[^a-z0-9]+")
_MOST_HEADINGS = 12


class _Heading(NamedTuple):
    words: str
    name: str  # of the section


def starter(folded: Folded, layout_id: str, file: str) -> str:
    """The TOML of a layout for letters such as this one; `file` is the letter's path beside it.

    Works for any text; without headings it holds one section.
    """
    headings = _headings(folded)
    names = [heading.name for heading in headings]
    return "\n".join(
        (
            _opening(layout_id, file),
            *_extractors(names),
            *_detect(headings),
            *_sections(headings),
            *_header(folded, headings),
            *_issues(names),
            _letter(file, names),
        )
    )


def _opening(layout_id: str, file: str) -> str:
    return (
        f"# A layout for letters such as {file}, made by `imr-extract layouts new`.\n"
        "# Read it and change what is guessed: the README's chapter on layouts says what the keys\n"
        "# mean.\n"
        f"id = {_quoted(layout_id)}\n"
        f"title = {_quoted(layout_id.replace('-', ' '))}\n"
        "proven = false\n"
    )


def _letter(file: str, names: list[str]) -> str:
    return (
        "# `imr-extract layouts test` reads this letter and says what comes out otherwise. Add\n"
        '# the outcome that you read in it: outcome = "upheld", or "overturned".\n'
        "[[letters]]\n"
        f"file = {_quoted(file)}\n"
        f"sections = {_list(['header', *names])}\n"
    )


def _headings(folded: Folded) -> list[_Heading]:
    """Headings in the printed order, one a section."""
    found: list[_Heading] = []
    for line in folded.lines:
        words = folded.text[line.start : line.end]
        if line.line.bold is False:
            continue
        whole = _ALL_CAPITALS.fullmatch(words) or _WITH_COLON.fullmatch(words)
        start = _WITH_COLON.match(words) if line.line.bold else None
        match = whole or start
        if match is None or any(each.words == match.group() for each in found):
            continue
        name = _name(match.group(), {each.name for each in found})
        found.append(_Heading(match.group(), name))
    # A title above the first label row is no section.
    if found and folded.lines and folded.text.startswith(found[0].words):
        found = found[1:] or found
    return found[:_MOST_HEADINGS]


def _name(heading: str, taken: set[str]) -> str:
    """A section's name out of its heading: a role where a word tells one, else the words."""
    words = [word.lower() for word in _WORDS.findall(heading)]
    for name, telling in _ROLES:
        if name not in taken and not {*telling.split()}.isdisjoint(words):
            return name
    name = _NO_WORD.sub("_", "_".join(words[:4]) or "section").strip("_") or "section"
    return name if name not in taken else f"{name}_{len(taken)}"


def _extractors(names: list[str]) -> Iterator[str]:
    wanted = ["case", "reviewer", "enrollee", "diagnoses", "treatments", "diagnostics", "services"]
    if "reviewer_credentials" not in names:
        wanted.remove("reviewer")
    story = "case_summary" if "case_summary" in names else (names or ["header"])[0]
    yield (
        '# What is looked for. Also known: "patient", "injury", "mechanism" (letters on an\n'
        '# injury at work), "guidelines", "review_type".\n'
        f"extractors = {_list(wanted)}\n"
        '# Credentials in sentences; "labels" where [credentials] names their labels.\n'
        'reviewers = "prose"\n'
        "# The sections that tell of the patient.\n"
        f"story = {_list([story])}\n"
    )


def _detect(headings: list[_Heading]) -> Iterator[str]:
    words = [heading.words for heading in headings] or ["words that each such letter prints"]
    rows = "".join(f"    {{ text = {_quoted(each)}, weight = 1 }},\n" for each in words)
    least = max(1, -(-2 * len(words) // 3))
    yield (
        "# A text is such a letter where the weights found add up to the threshold.\n"
        "[detect]\n"
        f"threshold = {least}\n"
        f"phrases = [\n{rows}]\n"
    )


def _sections(headings: list[_Heading]) -> Iterator[str]:
    yield "# In the printed order; the first begins with the letter."
    yield '[[sections]]\nname = "header"\n'
    for heading in headings:
        yield (
            f"[[sections]]\nname = {_quoted(heading.name)}\nheadings = {_list([heading.words])}\n"
        )


def _header(folded: Folded, headings: list[_Heading]) -> Iterator[str]:
    """The label rows before the first heading, by the field of the case that they seem to be."""
    end = folded.text.find(headings[0].words) if headings else len(folded.text)
    told: dict[str, str] = {}
    unknown = []
    for line in folded.lines:
        match = _LABELLED.fullmatch(folded.text[line.start : line.end])
        if match is None or line.start >= end:
            continue
        words = {word.lower() for word in _WORDS.findall(match["label"])}
        for field, telling in _LABELS:
            if field not in told and not words.isdisjoint(telling.split()):
                told[field] = match["label"]
                break
        else:
            unknown.append(match["label"])
    rows = "".join(f"{field} = {_list([label])}\n" for field, label in told.items())
    spare = "".join(f"# {label}: no field of the case is known for it\n" for label in unknown)
    yield f"# Labels of the table above the first heading.\n[header]\n{rows}{spare}"
    if number := told.get("case_number"):
        yield _template("number").replace("LABEL", number)


def _issues(names: list[str]) -> Iterator[str]:
    reasons = next((name for name in ("rationale", "decision") if name in names), None)
    verdicts: list[str] = [name for name in ("decision", "rationale") if name in names]
    last = (names or ["header"])[-1]
    service = 'service = "disputed_service"\n' if "disputed_service" in names else ""
    parts = [f"rationale = {_quoted(reasons or last)}"]
    if "guidelines" in names:
        parts.append('imr_guideline = "guidelines"')
    yield (
        '# The letter is one issue; other shapes are "headed" and "numbered".\n'
        "[issues]\n"
        'shape = "single"\n'
        f"{service}"
        f"parts = {{ {', '.join(parts)} }}\n"
        "# Where the outcome is told, the authority first.\n"
        f"verdict_sections = {_list(verdicts or [last])}\n"
    )
    if "disputed_service" not in names:
        yield _template("request")
    yield _template("verdicts")


def _template(name: str) -> str:
    path = files("imr_extract").joinpath("data", "starter", f"{name}.toml")
    return path.read_text(encoding="utf-8")


def _quoted(words: str) -> str:
    """A TOML string; its escapes are those of JSON."""
    return json.dumps(words, ensure_ascii=False)


def _list(words: list[str]) -> str:
    return f"[{', '.join(_quoted(each) for each in words)}]"
