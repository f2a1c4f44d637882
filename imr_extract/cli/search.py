"""The command `search`."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.ocr_options import EngineOption, OcrOption
from imr_extract.cli.parameters import FormatOption, is_json
from imr_extract.cli.record_inputs import Inputs, end_without_records, run_options
from imr_extract.cli.report import JobsOption
from imr_extract.cli.user_layouts import LayoutsOption
from imr_extract.text.plurals import counted

if TYPE_CHECKING:
    from imr_extract.batch.orchestration import Options
    from imr_extract.cli.watch import Watch
    from imr_extract.search import Hit, Line, Search, SearchTally
    from imr_extract.search.places import Opener, Places


def search(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="INPUT...",
            help="Folders of letters, letters, or records: .db (by its full-text index), .jsonl, "
            ".json, .duckdb, .parquet, and .csv or .tsv of --columns all.",
            show_default=False,
        ),
    ],
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help='Words, "phrases" and prefix*, which must all be there; AND, OR, NOT and '
            "parentheses combine them.",
            show_default=False,
        ),
    ],
    outcome: Annotated[
        Literal["upheld", "overturned"] | None,
        typer.Option(help="Only decisions of this outcome."),
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Only services of this category, such as Surgery.")
    ] = None,
    service: Annotated[
        str | None, typer.Option(help="Only disputed services that contain these words.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Only decisions from this day, month or year on."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Only decisions up to this day, month or year."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="The folder with the letters of records, which give exact pages.",
        ),
    ] = None,
    form: FormatOption = None,
    layouts: LayoutsOption = None,
    jobs: JobsOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
) -> None:
    """Find decisions by words of the disputed service and of the reviewer's rationale.

    Shows each decision with the words around what was found, its letter and the page: text on a
    terminal, one JSON object per line in a pipe. Letters are read; a SQLite database is asked by
    its full-text index. Exit codes: 0 something was found, 1 nothing was found, 2 usage, 3 there is
    nothing to search.
    """
    wanted = _search(query, outcome, category, service, since, until)
    options = run_options(jobs, layouts, ocr, ocr_engine)
    from imr_extract.cli.watch import Watch
    from imr_extract.search import Places, SearchTally

    tally, places = SearchTally(), Places(options.reading)
    found = 0
    with Watch(", ".join(map(str, inputs))) as watch:
        hits = _hits(inputs, wanted, places, tally, options, source, watch)
        for hit in watch.each(hits, lambda found: found.file):
            found += 1
            _show(hit, as_json=is_json(form))
    console.flush()
    end_without_records(tally.letters)
    if places.missing:
        console.say(
            f"{counted(places.missing, 'decision')} without an exact page: the letter could not be "
            "opened again",
            "info",
        )
    console.say(f"{counted(found, 'decision')} found in {counted(tally.letters, 'letter')}", "info")
    if not found:
        raise typer.Exit(Exit.SOME_FAILED)


def _search(
    query: str,
    outcome: str | None,
    category: str | None,
    service: str | None,
    since: str | None,
    until: str | None,
) -> "Search":
    from imr_extract.search import Conditions, QueryError, Search, parse
    from imr_extract.search.conditions import DATE

    for option, value in (("--since", since), ("--until", until)):
        if value is not None and DATE.fullmatch(value) is None:
            raise typer.BadParameter(
                f"{value} is no date; give a year, a month or a day: 2016, 2016-03, 2016-03-31",
                param_hint=option,
            )
    try:
        return Search(parse(query), Conditions(outcome, category, service, since, until))
    except QueryError as error:
        raise typer.BadParameter(error.message, param_hint="QUERY") from None


def _hits(
    inputs: list[Path],
    wanted: "Search",
    places: "Places",
    tally: "SearchTally",
    options: "Options",
    source: Path | None,
    watch: "Watch",
) -> "Iterator[Hit]":
    """What is found in all inputs, in their order; what cannot be read ends the run."""
    from imr_extract.batch import CannotWork
    from imr_extract.batch.sources import Sources
    from imr_extract.limits import DEFAULT_LIMITS
    from imr_extract.search import NotRecords, in_database, in_records
    from imr_extract.writers import OutputError

    opener = None if source is None else Sources(source, DEFAULT_LIMITS).find
    try:
        for is_database, paths in groupby(inputs, key=_is_database):
            if is_database:
                for path in paths:
                    yield from in_database(path, wanted, places, opener, tally)
            else:
                read = Inputs(list(paths), options)
                yield from in_records(_lines(read, opener, watch), wanted, places, tally)
    except NotRecords as error:
        raise typer.BadParameter(error.message, param_hint="INPUT") from None
    except CannotWork as error:
        console.say(error.message)
        raise typer.Exit(Exit.CANNOT_WORK) from None
    except OutputError as error:
        console.say(error.message)
        raise typer.Exit(error.exit_code) from None


def _is_database(path: Path) -> bool:
    from imr_extract.batch.inputs import is_folder
    from imr_extract.writers import format_of

    return format_of(path) == "sqlite" and not is_folder(path)


def _lines(read: Inputs, opener: "Opener | None", watch: "Watch") -> "Iterator[Line]":
    from imr_extract.search import Line

    for each in watch.each(read.given(), lambda given: given.location):
        file = None if each.path is None else each.location
        yield Line(each.location, each.line, file, _opener(each.path) or opener)


def _opener(path: Path | None) -> "Opener | None":
    """What opens the letter at a path again."""
    if path is None:
        return None
    from imr_extract.batch.input_bytes import load
    from imr_extract.batch.inputs import Input
    from imr_extract.limits import DEFAULT_LIMITS

    return lambda _: load(Input(path), DEFAULT_LIMITS)


def _show(hit: "Hit", *, as_json: bool) -> None:
    if as_json:
        import msgspec

        console.write(msgspec.json.encode(hit) + b"\n")
    else:
        from imr_extract.cli.search_text import shown

        console.show(shown(hit))
