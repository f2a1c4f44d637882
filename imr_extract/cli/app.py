"""The commands. Heavy modules are imported inside them, so that `--help` starts fast."""

from collections.abc import Collection, Sequence
from importlib import import_module
from typing import Annotated

import typer

from imr_extract.cli import config, console
from imr_extract.cli.group import CommandGroup
from imr_extract.cli.ocr_options import EngineOption, OcrOption, scans_of
from imr_extract.cli.parameters import FileArgument, FormatOption, LetterOption, is_json
from imr_extract.cli.shared_options import ReaderOption
from imr_extract.cli.user_layouts import LayoutsOption, user_layouts

#: The commands in the order of the help, each with the name of its function in a module of its own.
_FUNCTIONS = {
    "diff": "diff",
    "eval": "evaluate",
    "explain": "explain",
    "extract": "extract",
    "report": "report",
    "search": "search",
    "stats": "stats",
    "sync": "sync",
    "verify": "verify",
    "view": "view",
}


def application(names: Collection[str] | None = None) -> typer.Typer:
    """The command line with the commands of these names, or with all of them."""
    app = typer.Typer(
        cls=CommandGroup,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,  # its tracebacks print local variables: letter text
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    for name, function in _FUNCTIONS.items():
        if names is None or name in names:
            module = import_module(f"imr_extract.cli.{name}")
            app.command(name)(getattr(module, function))
    for command in (text, sections, schema):
        if names is None or command.__name__ in names:
            app.command()(command)
    if names is None:
        from imr_extract.cli.layouts import layouts_app

        app.add_typer(layouts_app, name="layouts")
    return app


def asked_for(arguments: Sequence[str]) -> Collection[str] | None:
    """The only command that these arguments need, which saves loading the others; None for all.

    Defaults that files and variables set may be those of any command.
    """
    named = arguments[0] if arguments else ""
    known = {*_FUNCTIONS, text.__name__, sections.__name__, schema.__name__}
    return [named] if named in known and not config.may_be_set() else None


def _version(wanted: bool) -> None:
    if wanted:
        from imr_extract import __version__
        from imr_extract.clinical.vocabulary import icd10cm
        from imr_extract.record.model import SCHEMA_VERSION
        from imr_extract.rules.table import digest

        table = icd10cm.edition()
        stated = f"schema {SCHEMA_VERSION}, rules {digest()}, {table.name} of {table.release}"
        console.write(f"imr-extract {__version__} ({stated})\n".encode())
        raise typer.Exit


def _show_config(context: typer.Context, wanted: bool) -> None:
    if not wanted:
        return
    group = context.command
    assert isinstance(group, CommandGroup)
    found = sorted(group.settings(context))
    if console.is_terminal():
        from imr_extract.cli.config_table import shown

        console.show(shown(found, config.files()))
    else:
        import msgspec

        looked_at = [str(path) for path in config.files() if path is not None]
        rows = [
            {
                "command": each.command,
                "option": each.option,
                "value": each.value,
                "origin": each.origin,
            }
            for each in found
        ]
        console.write(msgspec.json.encode({"files": looked_at, "settings": rows}) + b"\n")
    console.flush()
    raise typer.Exit


def options(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_version, help="Show version and exit."),
    ] = False,
    show_config: Annotated[
        bool,
        typer.Option(
            "--show-config",
            is_eager=True,
            callback=_show_config,
            help="Show the defaults that files and variables set, with their origins, and exit.",
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an internal error.")
    ] = False,
) -> None:
    """Turn Independent Medical Review determination letters into JSON records."""


def text(
    file: FileArgument,
    reader: ReaderOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
    letter: LetterOption = None,
) -> None:
    """Print the document text of a file, to which all offsets refer.

    Lines end with a line feed, pages with a form feed; an empty line marks a larger gap. With
    --letter, only that letter of the file is printed; offsets still count from the start of the
    file.
    """
    from imr_extract.cli.one_letter import CHOOSE, load_one
    from imr_extract.limits import DEFAULT_LIMITS
    from imr_extract.readers import read

    scans = scans_of(ocr, ocr_engine)
    with load_one(file) as (name, data):
        if letter is None:
            printed = read(data, reader, DEFAULT_LIMITS, scans).text
        else:
            from imr_extract.pipeline.letter import choose, read_letters
            from imr_extract.pipeline.options import ReadingOptions

            letters = read_letters(data, ReadingOptions(reader=reader, scans=scans), name=name)
            chosen = choose(letters, letter, CHOOSE)
            start, end = chosen.normalized.document.extent
            printed = chosen.document.text[start:end]
    console.write(printed.encode())
    console.flush()


def sections(
    file: FileArgument,
    reader: ReaderOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
    layouts: LayoutsOption = None,
    letter: LetterOption = None,
    form: FormatOption = None,
) -> None:
    """Show where the sections of a letter are: a table on a terminal, JSON in a pipe.

    Offsets count characters of the output of `imr-extract text FILE`; ends are exclusive. A file
    with several letters gives one table or JSON line per letter, or only that of --letter.
    """
    from imr_extract.cli import section_table
    from imr_extract.cli.one_letter import CHOOSE, load_one
    from imr_extract.pipeline.letter import choose, read_letters
    from imr_extract.pipeline.options import ReadingOptions

    scans = scans_of(ocr, ocr_engine)
    own = user_layouts(layouts)
    with load_one(file) as (name, data):
        options = ReadingOptions(reader=reader, user_layouts=own, scans=scans)
        letters = read_letters(data, options, name=name)
        numbers = range(1, len(letters) + 1) if letter is None else (letter,)
        for number in numbers:
            chosen = choose(letters, number, CHOOSE)
            rows = section_table.rows(chosen)
            if is_json(form):
                console.write(section_table.as_json(chosen, rows))
            else:
                console.show(section_table.table(chosen, rows))
    console.flush()


def schema() -> None:
    """Print the JSON Schema of records and error objects."""
    import msgspec

    from imr_extract.record.schema import json_schema

    console.write(msgspec.json.format(msgspec.json.encode(json_schema()), indent=2) + b"\n")
    console.flush()
