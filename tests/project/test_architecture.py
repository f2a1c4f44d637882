"""The shape of the code: what imports what, who prints, how long things are."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from corpus import ROOT

PACKAGE = ROOT / "imr_extract"
MODULES = sorted(PACKAGE.rglob("*.py"))
CODE = [
    path
    for folder in ("imr_extract", "fixtures", "scripts", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in CODE}


def test_no_file_has_more_than_350_lines() -> None:
    lines = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in CODE}
    assert {} == {name: count for name, count in lines.items() if count > 350}


def test_no_function_has_more_than_60_lines() -> None:
    """Counted without the signature: the options of a command are many lines and no logic."""
    long = [
        f"{name_of(path)}: {node.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.body[0].lineno >= 60
    ]
    assert [] == long


def test_modules_are_named_for_what_they_hold() -> None:
    assert set() == {"utils", "helpers", "common", "misc"} & {path.stem for path in MODULES}


def test_every_module_says_what_it_is() -> None:
    assert [] == [name_of(path) for path in MODULES if not ast.get_docstring(TREES[path])]


def test_only_the_console_touches_the_output_streams() -> None:
    touching = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__")
    }
    assert {"imr_extract/cli/console.py"} == touching


def test_no_module_reads_the_clock_or_the_network_to_make_a_record() -> None:
    """Workers need the time to end letters that take too long; a record has none."""
    forbidden = {"datetime.now", "date.today", "time", "socket", "urllib", "http", "requests"}
    shells = ("imr_extract/batch/", "imr_extract/cli/")
    for path in MODULES:
        if name_of(path).startswith(shells):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert set() == forbidden & imported


def imported_by(*arguments: str) -> set[str]:
    """The packages that a command imports, in its process and those that it starts."""
    return {name.partition(".")[0] for name in modules_of(*arguments)}


def modules_of(*arguments: str) -> set[str]:
    """The modules that a command imports, in its process and those that it starts."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "imr_extract", *arguments],
        capture_output=True,
        cwd=ROOT,
        check=True,
        text=True,
    )
    lines = (line for line in done.stderr.split("\n") if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


@pytest.mark.parametrize("arguments", [("--help",), ("extract", "--help")])
def test_help_starts_without_heavy_libraries(arguments: tuple[str, ...]) -> None:
    heavy = {"msgspec", "regex", "rich", "pypdfium2", "pdfplumber", "multiprocessing"}
    found = imported_by(*arguments)
    assert "typer" in found
    assert set() == heavy & found


def test_a_text_is_extracted_without_pdf_libraries() -> None:
    found = imported_by("sections", "fixtures/text/one-issue-upheld.txt")
    assert "regex" in found
    assert set() == {"pypdfium2", "pdfplumber", "pdfminer"} & found


def test_a_pdf_is_extracted_without_the_second_reader() -> None:
    found = imported_by("text", "fixtures/pdf/one-issue-upheld.pdf")
    assert "pypdfium2" in found
    assert set() == {"pdfplumber", "pdfminer"} & found


def test_nothing_of_an_engine_is_loaded_by_a_run_without_one(tmp_path: Path) -> None:
    out = str(tmp_path / "out.jsonl")
    found = modules_of("extract", "fixtures/text/one-issue-upheld.txt", "-o", out)
    assert "imr_extract.batch.supervisor" in found
    assert not any(name.startswith("imr_extract.engines") for name in found)
    assert set() == {"fsspec", "pyarrow", "ray"} & {name.partition(".")[0] for name in found}


def test_a_local_run_over_blocks_does_not_load_ray(tmp_path: Path) -> None:
    arguments = ("fixtures/text/one-issue-upheld.txt", "-o", str(tmp_path / "out"))
    found = modules_of("extract", "--engine", "local", *arguments)
    assert "imr_extract.engines.local" in found
    assert set() == {"imr_extract.engines.ray", "ray"} & found
