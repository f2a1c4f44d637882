"""A starter for a layout: what a letter's own headings and labels show of its kind, as TOML.

What is guessed says so in a comment; the file is meant to be read and changed.
"""

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files

from imr_extract.layouts.detection import rank
from imr_extract.layouts.loader import UserLayout, parse
from imr_extract.layouts.scaffold_headings import Label, Print, StarterHeading, look
from imr_extract.layouts.validation import PLACEHOLDER
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import NormalizedText

# Without one of these a text is no such letter, where the letter has headings for two of them.
_CORE = ("disputed_service", "rationale", "decision")
_IN_DIGITS = compile_pattern(r"\d{1,2}/\d{1,2}/\d{4}")  # the dates that [header] reads
_NO_ID = compile_pattern(r"[^\p{L}\d]+")
_LIKE_A_PATTERN = compile_pattern(r"[^\p{L}\d ]")


def starter(normalized: NormalizedText, layout_id: str, file: str) -> str:
    """The TOML of a layout for letters such as this one; `file` is the letter's path beside it.

    Works for any text; without headings it holds one section, and words that lint asks to change.
    """
    found = look(normalized)
    text = _written(found, layout_id, file, allowed=())
    if not found.headings:
        return text
    # A letter may open with words that are signs of other texts: it must not refuse itself.
    (tried, *_) = rank(normalized, [parse(UserLayout(file, text))])
    return _written(found, layout_id, file, allowed=tried.against) if tried.against else text


def layout_id_of(name: str) -> str:
    """The id of a layout, from the name of its file."""
    return _NO_ID.sub("-", name).strip("-")[:100] or "layout"


def _written(found: Print, layout_id: str, file: str, *, allowed: Iterable[str]) -> str:
    names = [heading.name for heading in found.headings]
    tables = (
        _opening(layout_id, file),
        *_extractors(names),
        *_detect(found.headings, allowed),
        *_sections(found),
        *_header(found),
        *([_template("rules")] if found.ruled else []),
        *_issues(names),
        _letter(file, found.headings),
    )
    return "\n".join(tables)


def _opening(layout_id: str, file: str) -> str:
    return (
        f"# A layout for letters such as {file}, made by `imr-extract layouts new`.\n"
        "# Read it and change what is guessed; docs/layouts.md says what each key means.\n"
        f"id = {_quoted(layout_id)}\n"
        f"title = {_quoted(layout_id.replace('-', ' '))}\n"
        "proven = false\n"
    )


def _letter(file: str, headings: tuple[StarterHeading, ...]) -> str:
    names = [heading.name for heading in headings]
    if not headings or headings[0].start:
        names.insert(0, "header")
    return (
        "# `imr-extract layouts test` reads this letter and says what comes out otherwise. Add\n"
        '# the outcome that you read in it: outcome = "upheld", or "overturned".\n'
        "[[letters]]\n"
        f"file = {_quoted(file)}\n"
        f"sections = {_list(names)}\n"
    )


def _extractors(names: list[str]) -> Iterator[str]:
    wanted = ["case", "reviewer", "enrollee", "diagnoses", "treatments", "diagnostics", "services"]
    if "reviewer_credentials" not in names:
        wanted.remove("reviewer")
    narrative = "case_summary" if "case_summary" in names else (names or ["header"])[0]
    yield (
        '# What is looked for. Also known: "patient", "injury", "mechanism" (letters on an\n'
        '# injury at work), "guidelines", "review_type".\n'
        f"extractors = {_list(wanted)}\n"
        '# Credentials in sentences; "labels" where [credentials] names their labels.\n'
        'reviewers = "prose"\n'
        "# The sections about the patient.\n"
        f"narrative = {_list([narrative])}\n"
    )


def _detect(headings: tuple[StarterHeading, ...], allowed: Iterable[str]) -> Iterator[str]:
    with_role = [heading for heading in headings if heading.role]
    words = [heading.words for heading in with_role] or [PLACEHOLDER]
    core = [heading.words for heading in with_role if heading.name in _CORE]
    required = core if len(core) > 1 else [heading.words for heading in with_role[:2]]
    rows = "".join(f"    {{ text = {_quoted(word)}, weight = 1 }},\n" for word in words)
    spared = [*allowed]
    yield (
        "# A text is such a letter where the weights found add up to the threshold.\n"
        "[detect]\n"
        f"threshold = {max(1, -(-2 * len(words) // 3))}\n"
        f"phrases = [\n{rows}]\n"
        "# Headings that every such letter has; take out what some lack.\n"
        f"required = {_list(required)}\n"
        "# Texts that are only about letters - news, court decisions, forms - are refused.\n"
        "strict = true\n"
        + (
            f"# But for what this letter itself looks like.\nallow = {_list(spared)}\n"
            * bool(spared)
        )
    )


def _sections(found: Print) -> Iterator[str]:
    yield "# In the printed order; the first begins with the letter."
    yield '[[sections]]\nname = "header"\n'
    glued = "glued = true  # it may stand inside a line\n" if found.glued else ""
    for heading in found.headings:
        words = _list([heading.words])
        yield f"[[sections]]\nname = {_quoted(heading.name)}\nheadings = {words}\n{glued}"


def _header(found: Print) -> Iterator[str]:
    """The label rows by the field of the case that they seem to be; others as comments."""
    end = found.headings[0].start if found.headings else None
    above = [label for label in found.labels if end is None or label.start < end]
    rows = "".join(f"{each.field} = {_list([each.words])}\n" for each in above if each.field)
    spare = "".join(
        f"# {each.words}: no field of the case is known for it\n"
        for each in above
        if not each.field
    )
    yield f"# Labels of the table above the first heading.\n[header]\n{rows}{spare}"
    for label in found.labels:
        if label.field == "case_number":
            yield _labelled("number", label)
        elif label.field in (None, "priority"):
            continue
        elif label not in above or not _IN_DIGITS.fullmatch(label.value):
            yield _labelled("date", label)


def _labelled(template: str, label: Label) -> str:
    """The rows of a template for what stands behind a label."""
    pattern = _LIKE_A_PATTERN.sub(r"\\\g<0>", label.words) + (" ?: ?" if label.colon else " ")
    words = f"{label.words}:" if label.colon else label.words
    text = _template(template).replace("FIELD", str(label.field)).replace("PATTERN", pattern)
    return text.replace("LABEL", words)


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
        "# Where the outcome is stated, the authority first.\n"
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
    return f"[{', '.join(_quoted(word) for word in words)}]"
