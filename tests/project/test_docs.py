"""The documents say what is: records, fields, commands, codes and layouts are compared."""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, get_args, get_origin

import command_line
import msgspec
import pytest
from corpus import FIXTURES, ROOT
from typer.main import get_command

from golden import with_record
from imr_extract import __version__, errors
from imr_extract.cli.app import application
from imr_extract.cli.exits import Exit
from imr_extract.cli.limit_options import shown
from imr_extract.layouts.loader import LAYOUT_IDS
from imr_extract.layouts.spec import Extractor, Layout
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.record.model import ErrorCode, Record
from imr_extract.rules.patterns import FRAGMENTS
from imr_extract.rules.table import PatternRow
from imr_extract.writers import SUFFIXES
from imr_extract.writers.sqlite_file import SEARCHED
from imr_extract.writers.tables import all_tables

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))
}
README = PAGES["README.md"]
CONFIGURATION = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
SHOWN = FIXTURES / "golden" / "one-issue-upheld.json"
LETTERS = ("one-issue-upheld", "mixed-outcomes", "all-overturned")


def page(name: str) -> str:
    return PAGES[f"docs/{name}.md"]


def blocks(mark: str, language: str) -> list[tuple[str, str]]:
    """The code blocks behind `<!-- mark -->`, each with the name of its page."""
    shape = rf"<!-- {mark} -->\n```{language}\n(.*?)```"
    return [
        (name, block)
        for name, text in PAGES.items()
        for block in re.findall(shape, text, re.DOTALL)
    ]


# The commands of the README run in the quick tests, those of the other pages in `make test-all`.
PIPELINES = [
    pytest.param(line, marks=() if name == "README.md" else pytest.mark.slow)
    for name, block in blocks("runs", "sh")
    for line in block.splitlines()
]
JOBS = [block for _, block in blocks("job", "sh")]
PROGRAMS = [block for mark in ("python", "job") for _, block in blocks(mark, "python")]


def table(text: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first column is headed so, without its first two lines."""
    (_, behind) = text.split(f"\n| {heading} |")
    body = behind.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def named(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", without_code(text))


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


# README


def test_the_readme_is_short() -> None:
    assert len(README.split()) <= 700


def test_the_readme_shows_lines_of_the_letter_and_parts_of_its_record() -> None:
    letter = (FIXTURES / "text" / "one-issue-upheld.txt").read_text(encoding="utf-8")
    excerpt = README.split("```text\n")[1].split("```")[0].splitlines()
    assert 6 == len(excerpt)
    assert set() == set(excerpt) - set(letter.splitlines())
    printed = README.split("```json\n")[1].split("```")[0]
    assert 12 == len(printed.splitlines())
    assert is_part_of(json.loads(printed), json.loads(SHOWN.read_text(encoding="utf-8")))


def is_part_of(part: Any, whole: Any) -> bool:
    """Whether every value of `part` stands at its place in `whole`; of a list, anywhere."""
    if isinstance(part, dict):
        return all(is_part_of(value, whole[key]) for key, value in part.items())
    if isinstance(part, list):
        return all(any(is_part_of(value, other) for other in whole) for value in part)
    return bool(part == whole)


def test_a_wrong_value_is_no_part() -> None:
    whole = {"a": [{"b": 1, "c": 2}], "d": 3}
    assert is_part_of({"a": [{"b": 1}]}, whole)
    assert not is_part_of({"a": [{"b": 2}]}, whole)
    assert not is_part_of({"d": 4}, whole)


# The site


def test_every_page_is_in_the_navigation() -> None:
    listed = re.findall(r": ([\w-]+\.md)$", CONFIGURATION, re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_headings_and_files(name: str) -> None:
    """As `make docs` checks them, also outside docs/."""
    broken = [
        link
        for link in re.findall(r"\]\(([^)\s]+)\)", without_code(PAGES[name]))
        if not link.startswith("https://") and not leads_somewhere(ROOT / name, link)
    ]
    assert [] == broken


def leads_somewhere(origin: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (origin.parent / path).resolve() if path else origin
    if not target.is_file():
        return False
    text = without_code(target.read_text(encoding="utf-8"))
    return not anchor or anchor in {
        re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }


def test_versions_agree() -> None:
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    versions = re.findall(
        r"^## \[(\d.*?)\] - \d{4}-\d\d-\d\d$", PAGES["CHANGELOG.md"], re.MULTILINE
    )
    assert __version__ == versions[0]


def test_every_dependency_has_a_license_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    needed = [*project["dependencies"], *extras]
    names = {re.split(r"[><=]", each)[0].lower() for each in needed}
    assert set() == {each for each in names if each not in page("licences").lower()}


# Commands


def test_the_reference_of_commands_is_fresh() -> None:
    """`make man` writes it."""
    assert command_line.with_reference(page("command-line")) == page("command-line")


def test_every_command_is_explained() -> None:
    commands = get_command(application()).commands  # type: ignore[attr-defined]
    rows = table(page("command-line"), "command")
    assert set(commands) == {row[0].strip("`").split()[0] for row in rows}


def options(command: Any) -> Iterator[str]:
    """The options of a command and of those below it."""
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
    for below in getattr(command, "commands", {}).values():
        yield from options(below)


def test_every_option_that_is_named_exists() -> None:
    known = {*options(get_command(application())), "--help"}
    # Of qpdf, docker and ray.
    of_others = {"--password", "--decrypt", "--rm", "--user", "--build-arg", "--address"}
    for name, text in PAGES.items():
        stated = set(re.findall(r"(?<=[ `])--[a-z][a-z-]*", without_code(text)))
        assert set() == stated - known - of_others, name


def test_exit_codes_are_those_of_the_command() -> None:
    rows = table(page("command-line"), "code")
    assert [str(code.value) for code in Exit] == [row[0] for row in rows]


def test_make_targets_exist_and_are_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(makefile.split(".PHONY: ")[1].split("\n")[0].split())
    assert phony == {row[0].strip("`").split()[1] for row in table(page("contributing"), "command")}
    for name, text in PAGES.items():
        assert set(re.findall(r"`make ([a-z-]+)`", text)) <= phony, name


# The record


def is_part(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def field_paths(part: Any, path: str = "") -> Iterator[str]:
    for field in msgspec.structs.fields(part):
        kind, name = field.type, f"{path}{field.name}"
        (item, *_) = get_args(kind) or (None,)
        if is_part(kind):
            yield from field_paths(kind, f"{name}.")
        elif get_origin(kind) is list and is_part(item):
            yield from field_paths(item, f"{name}[].")
        else:
            yield name


def test_the_record_is_what_the_command_prints() -> None:
    """As `make golden` writes it; the golden is compared with the command elsewhere."""
    assert with_record(page("record")) == page("record")
    assert '"case_number": "CM17-0900101"' in page("record")


def test_every_field_is_explained() -> None:
    rows = table(page("record"), "field")
    assert list(field_paths(Record)) == [row[0].strip("`") for row in rows]


# Errors, limits, formats


def test_every_error_has_a_section_with_cause_and_cure() -> None:
    sections = re.split(r"\n### ", page("errors"))[1:]
    stated = {named(section)[0]: section for section in sections}
    classes = {str(each.code): each for each in errors.ImrError.__subclasses__()}
    assert set(get_args(ErrorCode)) == set(classes) == set(stated)
    for code, section in stated.items():
        assert f"\nExit code {classes[code].exit_code}.\n" in section
        assert section.index("- **Cause:** ") < section.index("- **Cure:** ")


def test_limits_are_those_of_the_code() -> None:
    limits = (
        f"{DEFAULT_LIMITS.bytes // 1024**2} MB, {DEFAULT_LIMITS.pages} pages or "
        f"{DEFAULT_LIMITS.characters:,} characters"
    )
    assert limits in page("errors")
    stated = {row[0].strip("`"): row[1].split()[0] for row in table(page("folders"), "option")}
    assert {
        "--max-bytes": shown(DEFAULT_LIMITS.bytes),
        "--max-pages": str(DEFAULT_LIMITS.pages),
        "--max-characters": str(DEFAULT_LIMITS.characters),
        "--timeout": f"{DEFAULT_LIMITS.seconds:g}",
        "--max-memory": shown(DEFAULT_LIMITS.memory),
    } == stated


def test_suffixes_and_formats_are_those_of_the_code() -> None:
    stated = {
        suffix: form
        for suffixes, forms, _ in table(page("formats"), "suffix of `-o`")
        for suffix, form in zip_longest(named(suffixes), named(forms), fillvalue=named(forms)[-1])
    }
    assert SUFFIXES == stated


def test_tables_of_databases_are_those_of_the_code() -> None:
    section = page("formats").split("## Databases\n")[1]
    assert {each.name for each in all_tables()} <= set(named(section))
    for name, columns in SEARCHED.items():
        assert {f"{name}_search", *columns} <= set(named(section))


# Layouts


def layout_keys(kind: type[msgspec.Struct], prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Every key of a layout as the table writes it, and whether it is needed; rows stay whole."""
    for field in msgspec.structs.fields(kind):
        parts = [each for each in (field.type, *get_args(field.type)) if is_part(each)]
        repeated = "[]" if get_origin(field.type) is tuple else ""
        key = f"{prefix}{field.name}{repeated if parts else ''}"
        if parts and parts[0] is not PatternRow:
            yield from layout_keys(parts[0], f"{key}.")
        else:
            yield key, field.required


def test_every_key_of_a_layout_is_explained() -> None:
    keys = re.findall(r"(?m)^\| `([\w.\[\]]+)`( \*)? \|", page("layouts"))
    expected = [*layout_keys(Layout), *layout_keys(PatternRow)]
    assert sorted(expected) == sorted((key, bool(star)) for key, star in keys)


def test_every_extractor_shape_and_layout_is_named() -> None:
    shapes = (f"{{{each}}}" for each in FRAGMENTS)
    assert {*get_args(Extractor), *shapes, *LAYOUT_IDS} <= set(named(page("layouts")))
