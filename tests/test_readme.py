"""The README says what is: record, fields, commands, codes and pipelines are compared."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest
from conftest import COMMAND
from corpus import FIXTURES, ROOT
from typer.main import get_command

from golden import with_record
from imr_extract import errors
from imr_extract.cli.app import app
from imr_extract.cli.exits import Exit
from imr_extract.cli.limit_options import shown
from imr_extract.layouts.spec import Extractor, Layout
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.record.model import Record
from imr_extract.rules.patterns import FRAGMENTS
from imr_extract.rules.table import PatternRow
from imr_extract.writers import SUFFIXES
from imr_extract.writers.sqlite_file import SEARCHED
from imr_extract.writers.tables import all_tables

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- runs -->\n```sh\n(.*?)```", README, re.DOTALL)
PIPELINES = [line for block in BLOCKS for line in block.splitlines()]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its first two lines."""
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def table(heading: str) -> list[list[str]]:
    """The cells of the table whose first column is headed so, without its first two lines."""
    body = README.split(f"\n| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def named(cell: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def is_part(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def field_paths(part: Any, path: str = "") -> Iterator[str]:
    for field in msgspec.structs.fields(part):
        kind, name = field.type, f"{path}{field.name}"
        (item, *_) = get_args(kind) or (None,)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from field_paths(kind, f"{name}.")
        elif (
            get_origin(kind) is list and isinstance(item, type) and issubclass(item, msgspec.Struct)
        ):
            yield from field_paths(item, f"{name}[].")
        else:
            yield name


def test_the_record_is_what_the_command_prints() -> None:
    """As `make golden` writes it; the golden is compared with the command elsewhere."""
    assert with_record(README) == README
    assert '"case_number": "CM17-0900101"' in README


def test_every_field_is_explained() -> None:
    assert list(field_paths(Record)) == [row[0].strip("`") for row in rows("Fields")]


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
    chapter = README.split("## Add a layout in ten minutes\n")[1].split("\n## ")[0]
    keys = re.findall(r"(?m)^\| `([\w.\[\]]+)`( \*)? \|", chapter)
    expected = [*layout_keys(Layout), *layout_keys(PatternRow)]
    assert sorted(expected) == sorted((key, bool(star)) for key, star in keys)


def test_every_extractor_and_shape_is_named() -> None:
    chapter = README.split("## Add a layout in ten minutes\n")[1].split("\n## ")[0]
    for name in (*get_args(Extractor), *(f"{{{each}}}" for each in FRAGMENTS)):
        assert f"`{name}`" in chapter


def test_every_command_is_explained() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert set(commands) == {row[0].strip("`").split()[0] for row in rows("Commands")}


def test_every_option_that_is_named_exists() -> None:
    group = get_command(app)
    options = {
        option
        for command in (group, *group.commands.values())  # type: ignore[attr-defined]
        for parameter in command.params
        for option in parameter.opts
    }
    assert set() == set(re.findall(r"(?<=[ `])--[a-z][a-z-]*", README)) - options - {"--help"}


def test_exit_codes_are_those_of_the_command() -> None:
    assert [str(code.value) for code in Exit] == [row[0] for row in rows("Exit codes")]


def test_errors_are_those_of_the_code() -> None:
    classes = errors.ImrError.__subclasses__()
    expected = sorted((each.exit_code, each.code) for each in classes)
    assert expected == [(int(row[1]), row[0].strip("`")) for row in rows("Errors")]


def test_limits_are_those_of_the_code() -> None:
    limits = (
        f"{DEFAULT_LIMITS.bytes // 1024**2} MB, {DEFAULT_LIMITS.pages} pages or "
        f"{DEFAULT_LIMITS.characters:,} characters"
    )
    assert limits in README
    stated = {row[0].strip("`"): row[1].split()[0] for row in table("option")}
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
        for suffixes, forms, _ in table("suffix of `-o`")
        for suffix, form in zip_longest(named(suffixes), named(forms), fillvalue=named(forms)[-1])
    }
    assert SUFFIXES == stated


def test_tables_of_databases_are_those_of_the_code() -> None:
    section = README.split("**Databases.**")[1].split("\n\n")[0]
    assert {each.name for each in all_tables()} <= set(named(section))
    for name, columns in SEARCHED.items():
        assert {f"{name}_search", *columns} <= set(named(section))


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(makefile.split(".PHONY: ")[1].split("\n")[0].split())
    assert phony == set(re.findall(r"\bmake ([a-z-]+)(?:`| +#)", README))


@pytest.mark.parametrize("line", PIPELINES)
def test_every_pipeline_runs(line: str, tmp_path: Path) -> None:
    wanted = ("jq", "pdftotext", "sqlite3", "xargs")
    tools = {tool for tool in wanted if re.search(rf"\b{tool} ", line)}
    missing = sorted(tool for tool in tools if shutil.which(tool) is None)
    if missing:
        pytest.skip(f"needs {missing[0]}")
    reports = tmp_path / "reports"
    reports.mkdir()
    for name in ("one-issue-upheld", "mixed-outcomes"):
        shutil.copy(FIXTURES / "pdf" / f"{name}.pdf", reports)
    path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(shutil.which("bash")), "-euo", "pipefail", "-c", line],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    assert " > " in line or " -o " in line or "conflict" in line or done.stdout
