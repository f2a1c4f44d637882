"""The command `view`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.ocr_options import EngineOption, OcrOption, scans_of
from imr_extract.cli.parameters import LetterOption
from imr_extract.cli.shared_options import ReaderOption
from imr_extract.cli.user_layouts import LayoutsOption, user_layouts
from imr_extract.text.plurals import counted

if TYPE_CHECKING:
    from imr_extract.pipeline.options import ReadingOptions


def view(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="LETTER",
            help="A letter (PDF or text; - for standard input), a folder of letters or, with "
            "--source, a file of records.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="The HTML file to write; for a folder or records, the folder to write to. "
            "Without this option, the page of a single letter goes to standard output.",
        ),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Read LETTER as records, one per line; their letters are in this folder.",
        ),
    ] = None,
    reader: ReaderOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
    layouts: LayoutsOption = None,
    letter: LetterOption = None,
) -> None:
    """Show a letter as an HTML page on which every value is marked.

    The page is a single self-contained file: choose a value to see its words, or marked words to
    see which value they gave and by which rule. A folder or a file of records gives one page per
    letter, also for files that hold several letters, and an index.html.
    """
    from imr_extract.pipeline.options import ReadingOptions

    scans = scans_of(ocr, ocr_engine)
    options = ReadingOptions(
        reader=reader, evidence=True, user_layouts=user_layouts(layouts), scans=scans
    )
    if source is None and not path.is_dir():
        _refuse_records(path)
        _one(path, output, options, letter)
        return
    if letter is not None:
        raise typer.BadParameter(
            "only a single file can be given with this option", param_hint="--letter"
        )
    if output is None:
        raise typer.BadParameter("several letters need a folder to write to", param_hint="--output")
    import msgspec

    from imr_extract.batch.inputs import Walk
    from imr_extract.batch.sources import Sources
    from imr_extract.cli.watch import Watch
    from imr_extract.limits import DEFAULT_LIMITS
    from imr_extract.view import FailedInput, of_files, of_records, write

    _refuse_folder_of_letters(output, path if source is None else source)
    try:
        with Watch(str(path)) as watch:
            if source is None:
                letters = watch.each(Walk().expand([path]), lambda letter: letter.shown)
                entries = write(output, path.name, of_files(letters, options))
            else:
                letters_of = Sources(source, DEFAULT_LIMITS)
                with path.open("rb") as file:
                    lines = watch.each(file, lambda _: f"a record of {path}")
                    views = of_records(lines, letters_of, options.user_layouts)
                    entries = write(output, path.name, views)
    except msgspec.DecodeError:
        raise typer.BadParameter(f"{path} has a line that is not a record") from None
    except OSError as error:
        between = " " if isinstance(error, FileExistsError) else ": "
        console.say(f"{error.filename}{between}{error.strerror}")
        raise typer.Exit(Exit.NOT_WRITABLE) from None
    failed = [entry for entry in entries if isinstance(entry, FailedInput)]
    for failure in failed:
        console.say(f"{failure.name}: {failure.error.message} [{failure.error.code}]")
    if not entries:
        console.say("nothing to view: no letter or record was found")
        raise typer.Exit(Exit.NOTHING_TO_READ)
    console.say(f"{counted(len(entries) - len(failed), 'page')} in {output}", "info")
    if failed:
        raise typer.Exit(Exit.SOME_FAILED)


def _refuse_records(path: Path) -> None:
    """Records are shown beside their letters; as a letter they would be refused without a hint."""
    from imr_extract.writers import format_of

    if format_of(path) is not None:
        raise typer.BadParameter(
            f"{path} holds records; name the folder of their letters with --source DIR",
            param_hint="LETTER",
        )


def _refuse_letter(output: Path, letter: Path) -> None:
    from imr_extract.batch.output_files import OutputPathGuard
    from imr_extract.writers import WrongCombination

    try:
        OutputPathGuard({"-o": output}, {}).refuse(letter)
    except WrongCombination as error:
        console.say(error.message)
        raise typer.Exit(error.exit_code) from None


def _refuse_folder_of_letters(output: Path, letters: Path) -> None:
    """Pages among letters could take a letter's place, and would be read as letters next time."""
    inside, folder = output.resolve(), letters.resolve()
    if inside == folder or folder in inside.parents:
        console.say(f"{output} is inside {letters}, where letters are read; choose another folder")
        raise typer.Exit(Exit.USAGE)


def _one(file: Path, output: Path | None, options: "ReadingOptions", letter: int | None) -> None:
    from imr_extract.cli.one_letter import CHOOSE, load_one
    from imr_extract.pipeline.letter import choose, read_letters
    from imr_extract.view import put, view_of

    if output is not None:
        _refuse_letter(output, file)
    with load_one(file) as (name, data):
        found = read_letters(data, options, name=name)
        page = view_of(choose(found, letter, CHOOSE)).page()
    if output is None:
        console.write(page)
        console.flush()
        return
    try:
        put(output, page)
    except FileExistsError as error:
        console.say(f"{output} {error.strerror}")
        raise typer.Exit(Exit.NOT_WRITABLE) from None
    except OSError as error:
        console.say(f"{output} cannot be written ({error.strerror})")
        raise typer.Exit(Exit.NOT_WRITABLE) from None
