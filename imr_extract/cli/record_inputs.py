"""Inputs of `report` and `stats`: letters, which are extracted, and records in any format."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.ocr_options import scans_of
from imr_extract.cli.shared_options import jobs_of
from imr_extract.cli.user_layouts import user_layouts
from imr_extract.scans import OcrEngine, OcrMode

if TYPE_CHECKING:
    from imr_extract.batch.orchestration import Options
    from imr_extract.report import Filter

Lines = Iterator[tuple[str, bytes]]


class Given(NamedTuple):
    """A record or an error object as JSON, and where it comes from."""

    location: str  # for messages
    line: bytes
    path: Path | None  # of the letter; None where only its record was read


InputsArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="INPUT",
        help="Letters or folders with letters, which are extracted; or records: .jsonl, .json, "
        ".parquet, .sqlite, .duckdb, and .csv or .tsv of --columns all; - is JSON Lines on "
        "standard input.",
        show_default=False,
    ),
]
FilterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="FIELD=VALUE",
        help="Count only what matches: category=Surgery, age>=60, year=2017|2018, drugs=tramadol; "
        "operators are = != < <= > >= and ~ (contains). Repeatable; all must match.",
    ),
]
CompareOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--compare",
        metavar="OTHER",
        help="Show the rates of these letters or records for comparison; repeatable.",
    ),
]


def run_options(
    jobs: str, layouts: list[Path] | None, ocr: OcrMode, ocr_engine: OcrEngine
) -> "Options":
    """How inputs that are letters are read: with their evidence, as options of the command say."""
    from imr_extract.batch.orchestration import Options
    from imr_extract.pipeline.options import ReadingOptions

    count, own, scans = jobs_of(jobs), user_layouts(layouts), scans_of(ocr, ocr_engine)
    reading = ReadingOptions(evidence=True, user_layouts=own, scans=scans)
    return Options(reading=reading, jobs=count, forks=True)


class Inputs:
    """The records of some paths as lines of JSON, each with its location for messages.

    Attributes:
        failed: letters so far that gave an error.
    """

    def __init__(self, paths: list[Path], options: "Options") -> None:
        self._paths = paths
        self._options = options
        self.failed = 0

    @property
    def names(self) -> tuple[str, ...]:
        """What the inputs are called on the page: their names without the folders above."""
        return tuple(
            "standard input" if str(path) == "-" else path.name or str(path) for path in self._paths
        )

    def lines(self) -> Lines:
        """As `given`, without the paths."""
        return ((each.location, each.line) for each in self.given())

    def given(self) -> Iterator[Given]:
        """Every record and error object, in the order of the inputs.

        Raises `OutputError` for a file that does not hold what its suffix says, and `CannotWork`.
        """
        from imr_extract.batch.inputs import is_folder
        from imr_extract.writers import format_of

        letters: list[Path] = []
        for path in self._paths:
            found = None if is_folder(path) else format_of(path)
            if str(path) != "-" and found is None:
                letters.append(path)
                continue
            yield from self._extracted(letters)  # in between, so that the order stays
            letters = []
            yield from (Given(*record, None) for record in _records(path, found or "jsonl"))
        yield from self._extracted(letters)

    def _extracted(self, letters: list[Path]) -> Iterator[Given]:
        if not letters:
            return
        from imr_extract.batch.inputs import Input, Walk
        from imr_extract.batch.orchestration import outcomes

        with ExitStack() as stack:
            bar = stack.enter_context(console.progress(None, wanted=True))
            run = outcomes(Walk().expand(letters), self._options)
            for outcome in stack.enter_context(closing(run)):
                letter = Input.of(outcome.path)
                if outcome.error is not None:
                    self.failed += 1
                    console.say(f"{letter.shown}: {outcome.message} [{outcome.error}]")
                yield Given(letter.shown, outcome.line, letter.path)
                bar.letter()


def _records(path: Path, form: str) -> Lines:
    import msgspec

    from imr_extract.cli.record_lines import lines_of
    from imr_extract.writers import OutputNotReadable, read_back

    if form == "jsonl":
        for number, line in enumerate(lines_of(path, "INPUT"), start=1):
            if line.strip():
                yield f"{path}, line {number}", line
        return
    try:
        if form == "json":
            items = msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])
            yield from ((f"{path}, item {at}", bytes(item)) for at, item in enumerate(items, 1))
            return
        encoder = msgspec.json.Encoder()
        for number, record in enumerate(read_back(path), start=1):
            yield f"{path}, record {number}", encoder.encode(record)
    except msgspec.DecodeError:
        raise OutputNotReadable(f"{path} is not a JSON array") from None
    except OSError as error:
        raise OutputNotReadable(f"{path} cannot be read ({error.strerror})") from None


def chosen_by(filters: list[str] | None) -> "Filter | None":
    """The filter of the option; ends the run where it is none."""
    from imr_extract.report import FieldError, parse_filter

    try:
        return parse_filter(filters or [])
    except FieldError as error:
        raise typer.BadParameter(error.message, param_hint="--filter") from None


def end_without_records(read: int) -> None:
    """End the run where nothing was read."""
    if not read:
        console.say("nothing to read: the inputs contain no letters and no records")
        raise typer.Exit(Exit.NOTHING_TO_READ)
