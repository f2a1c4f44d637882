"""The library for many letters: processes, threads, data frames, and errors between processes."""

import importlib.util
import inspect
import json
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from corpus import FIXTURES, ROOT, pdf

import imr_extract
from imr_extract import (
    ErrorRecord,
    ImrError,
    Limits,
    Record,
    errors,
    extract_all,
    extract_bytes,
    extract_file,
    extract_many,
    extract_text,
)
from imr_extract.library_terms import naming_arguments

LETTERS = ("one-issue-upheld", "mixed-outcomes", "all-overturned")
EMPTY = FIXTURES / "bad" / "empty.pdf"


def paths() -> list[Path]:
    return [FIXTURES / "pdf" / f"{name}.pdf" for name in LETTERS]


def test_a_file_is_read_under_its_name() -> None:
    record = extract_file(paths()[0])
    assert "one-issue-upheld.pdf" == record.source.name
    assert record == extract_bytes(pdf(LETTERS[0]), name="one-issue-upheld.pdf")


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(errors.Unreadable):
        extract_file("no/such/letter.pdf")


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_files_give_their_records_in_order(jobs: int) -> None:
    given = list(imr_extract.extract_many([*paths(), EMPTY], jobs=jobs))
    assert [extract_file(path) for path in paths()] == given[:3]
    assert isinstance(given[3], ErrorRecord)
    assert "empty" == given[3].error.code


def test_errors_are_left_out_or_raised() -> None:
    assert [] == list(imr_extract.extract_many([EMPTY], on_error="skip"))
    with pytest.raises(errors.Empty):
        list(imr_extract.extract_many([EMPTY], on_error="raise"))


def test_a_folder_is_searched() -> None:
    found = imr_extract.extract_many([FIXTURES / "pdf"])
    assert isinstance(next(found), Record)
    found.close()  # type: ignore[attr-defined]


def subclasses() -> list[type[ImrError]]:
    return sorted(ImrError.__subclasses__(), key=lambda kind: kind.__name__)


def made(kind: type[ImrError]) -> ImrError:
    """An error of this class, made with arguments that its constructor takes."""
    given: dict[str, Any] = {
        "str": "words", "int": 7, "float": 2.5, "Exception": ValueError("x"), "bool": True,
    }  # fmt: skip
    parameters = inspect.signature(kind).parameters.values()
    values: dict[str, Any] = {
        each.name: given[str(each.annotation).removeprefix("<class '").split("'")[0].split(" ")[0]]
        for each in parameters
        if each.default is inspect.Parameter.empty
    }
    return kind(**values)


@pytest.mark.parametrize("kind", subclasses(), ids=lambda kind: kind.__name__)
def test_every_error_goes_from_process_to_process(kind: type[ImrError]) -> None:
    error = made(kind)
    back = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(back) is kind
    assert (error.message, error.code, error.exit_code) == (back.message, back.code, back.exit_code)
    assert error.__dict__ == back.__dict__
    assert type(errors.rebuilt(kind.code, error.message)).code == kind.code


def test_an_error_comes_out_of_a_pool_of_processes() -> None:
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(errors.Empty),
    ):
        pool.submit(extract_bytes, b"").result()


@pytest.mark.slow
def test_threads_read_letters_side_by_side() -> None:
    expected = {name: extract_bytes(pdf(name)) for name in LETTERS}
    with ThreadPoolExecutor(8) as pool:
        names = [*LETTERS] * 16
        assert [expected[name] for name in names] == list(
            pool.map(lambda name: extract_bytes(pdf(name)), names)
        )


@pytest.mark.slow
def test_thirty_two_threads_read_two_thousand_letters() -> None:
    data = [pdf(name) for name in LETTERS]
    with ThreadPoolExecutor(32) as pool:
        given = list(pool.map(lambda number: extract_bytes(data[number % 3]), range(2001)))
    assert [extract_bytes(each) for each in data] * 667 == given


def test_a_record_as_dictionary_and_as_json() -> None:
    record = extract_file(paths()[0])
    assert "upheld" == record.to_dict()["outcome"]
    assert record.to_json().startswith('{"schema_version":')


def test_a_frame_has_a_row_an_issue_or_a_letter() -> None:
    records = [extract_file(path) for path in paths()]
    issues = imr_extract.to_frame(records)
    assert sum(len(record.issues) for record in records) == len(issues)
    assert {"case.case_number", "issues.outcome", "issues.disputed_service"} <= set(issues.columns)
    letters = imr_extract.to_frame(records, rows="letters")
    assert 3 == len(letters)
    assert [record.outcome for record in records] == list(letters["outcome"])


def test_the_public_names_are_shown() -> None:
    assert set(imr_extract.__all__) <= set(dir(imr_extract))
    assert imr_extract.__version__


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a pool of processes finds its functions by the module's name
    spec.loader.exec_module(module)
    return module


def test_the_web_service_of_the_examples() -> None:
    pytest.importorskip("fastapi", reason="the example needs FastAPI, which is not installed")
    testclient = pytest.importorskip("fastapi.testclient", reason="needs FastAPI and httpx")
    with testclient.TestClient(example("web_service").app) as client:
        answer = client.post("/records", params={"name": "a.pdf"}, content=pdf(LETTERS[0]))
        assert (200, "upheld") == (answer.status_code, answer.json()["outcome"])
        refused = client.post("/records", content=b"")
        assert (422, "empty") == (refused.status_code, refused.json()["detail"]["code"])


class NoQueue:
    """What the example needs of Celery, where that is not installed: a task is its function."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def task(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return function


def test_the_task_queue_of_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("celery") is None:
        stand_in = ModuleType("celery")
        vars(stand_in)["Celery"] = NoQueue
        monkeypatch.setitem(sys.modules, "celery", stand_in)
    task: Callable[..., Any] = example("task_queue").record
    assert "upheld" == task(str(paths()[0]))["outcome"]
    assert "empty" == task(str(EMPTY))["error"]["code"]


@pytest.mark.parametrize("limits", [Limits(seconds=5), Limits(memory=2**30)])
def test_limits_that_cannot_be_kept_are_refused(limits: Limits) -> None:
    path = paths()[0]
    for call in (
        lambda: extract_file(path, limits=limits),
        lambda: extract_bytes(path.read_bytes(), limits=limits),
        lambda: extract_all(path.read_bytes(), limits=limits),
        lambda: extract_text("a letter", limits=limits),
    ):
        with pytest.raises(ValueError, match="use extract_many"):
            call()


@pytest.mark.parametrize("limit", ["bytes", "pages", "characters"])
def test_messages_name_arguments_not_options(limit: str) -> None:
    letter = FIXTURES / "pdf" / "mixed-outcomes.pdf"
    limits = Limits()._replace(**{limit: 1})
    with pytest.raises(ImrError, match=rf"raise limits\.{limit}$"):
        extract_file(letter, limits=limits)
    (record,) = extract_many([letter], limits=limits)
    assert isinstance(record, ErrorRecord)
    assert "--" not in record.error.message


def test_every_option_in_a_message_has_its_argument() -> None:
    words = (ROOT / "imr_extract" / "errors.py").read_text(encoding="utf-8")
    named = set(re.findall(r"--[a-z][a-z-]*[a-z]", words)) | {"--max-pages"}
    assert PARTS == {each for each in named if "--" in naming_arguments(each)}


# Named with a value or in a sentence, which is what is replaced.
PARTS = {"--max", "--ocr", "--reader", "--ocr-engine", "--jobs", "--resume"}


@pytest.mark.slow
def test_the_notebook_of_the_examples(tmp_path: Path) -> None:
    """Its cells run one after the other, in a folder with letters."""
    notebook = json.loads((ROOT / "examples" / "letters.ipynb").read_text(encoding="utf-8"))
    assert (4, 5) == (notebook["nbformat"], notebook["nbformat_minor"])
    cells = ["".join(each["source"]) for each in notebook["cells"] if each["cell_type"] == "code"]
    assert all(not each["outputs"] for each in notebook["cells"] if each["cell_type"] == "code")
    (tmp_path / "letters").mkdir()
    for path in paths():
        shutil.copy(path, tmp_path / "letters")
    # As a notebook does, the value of a cell's last line is shown.
    script = "\n".join(map(with_its_value, cells))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False
    )
    assert (0, b"") == (done.returncode, done.stderr)
    assert b"overturned" in done.stdout


def with_its_value(cell: str) -> str:
    *before, last = cell.splitlines()
    return "\n".join([*before, f"print({last})" if is_value(last) else last])


def is_value(line: str) -> bool:
    try:
        compile(line, "cell", "eval")
    except SyntaxError:
        return False
    return True
