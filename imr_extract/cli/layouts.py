"""The commands `layouts ...`: the known kinds of letter, and those that a user adds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.parameters import FileArgument
from imr_extract.cli.user_layouts import NO_FILES, LayoutsOption, user_layouts
from imr_extract.text.plurals import counted

if TYPE_CHECKING:
    from imr_extract.layouts.detection import Detection
    from imr_extract.layouts.loader import UserLayout

layouts_app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="List, test and write layouts: the kinds of letter that can be read.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

FilesArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Layout files, or folders of them.")
]


@layouts_app.callback()
def layouts(
    context: typer.Context,
    detect: Annotated[
        Path | None,
        typer.Option(
            "--detect", metavar="FILE", help="Show which layout this letter has, and why."
        ),
    ] = None,
    folders: LayoutsOption = None,
) -> None:
    """List the known layouts, or show which one a letter has.

    Without a subcommand, the same as `layouts list`. Prints a table on a terminal and JSON
    otherwise.
    """
    if context.invoked_subcommand is not None:
        return
    if detect is None:
        _list(folders)
    else:
        _detect(detect, folders)


@layouts_app.command("list")
def list_layouts(folders: LayoutsOption = None) -> None:
    """List the known layouts with their source, and whether they were scored on real letters."""
    _list(folders)


def _list(folders: list[Path] | None) -> None:
    from imr_extract.layouts.loader import known

    own = user_layouts(folders)
    rows = [
        {
            "id": layout.id,
            "title": layout.title,
            "proven": layout.proven,
            "source": own[index].path if index < len(own) else "shipped",
        }
        for index, layout in enumerate(known(own))
    ]
    _show(rows)


def _detect(file: Path, folders: list[Path] | None) -> None:
    from imr_extract.cli.one_letter import load_one
    from imr_extract.errors import ImrError
    from imr_extract.layouts.detection import rank, refusal
    from imr_extract.layouts.loader import known
    from imr_extract.limits import DEFAULT_LIMITS
    from imr_extract.pipeline.stages import sectioned
    from imr_extract.readers import read
    from imr_extract.record.json_line import json_line
    from imr_extract.text.normalization import normalize

    own = user_layouts(folders)
    with load_one(file) as (_, data):
        document = read(data, "auto", DEFAULT_LIMITS)
        normalized = normalize(document)
        ranked = rank(normalized, known(own))
    if console.is_terminal():
        console.write("\n".join(_as_text(detection) for detection in ranked).encode())
    else:
        console.write(json_line([_row(detection) for detection in ranked]) + b"\n")
    console.flush()
    try:
        if not ranked[0].fits:
            raise refusal(ranked)
        sectioned(document, normalized, ranked[0].layout)
    except ImrError as error:
        console.say(f"{file}: {error.message}")
        raise typer.Exit(error.exit_code) from None


def _row(detection: "Detection") -> dict[str, object]:
    return {
        "id": detection.layout.id,
        "fits": detection.fits,
        "score": detection.score,
        "threshold": detection.layout.detect.threshold,
        "found": list(detection.phrases),
        "missing": list(detection.missing),
        "against": list(detection.against),
        "slow": detection.slow.row if detection.slow else None,
    }


def _as_text(detection: "Detection") -> str:
    """A layout for people: the result on one line, then one line per phrase."""
    layout = detection.layout
    score = f"score {detection.score:g} of {layout.detect.threshold:g}"
    lines = [f"{layout.id}: {'fits' if detection.fits else 'does not fit'}, {score}"]
    if detection.slow:
        lines.append(f"  slow: {detection.slow.row}")
    for name, found in (
        ("found", detection.phrases),
        ("missing", detection.missing),
        ("against", detection.against),
    ):
        lines.extend(f"  {name}: {words}" for words in found)
    return "".join(f"{line}\n" for line in lines)


def _show(rows: list[dict[str, object]]) -> None:
    """The rows as a table on a terminal, as one line of JSON in a pipe."""
    from imr_extract.record.json_line import json_line

    if not console.is_terminal():
        console.write(json_line(rows) + b"\n")
        console.flush()
        return
    from rich.table import Table

    from imr_extract.cli.cells import shown

    first, *others = rows[0]
    table = Table()
    table.add_column(first, no_wrap=True, overflow="ignore")  # names are typed: never cut
    for name in others:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(shown, row.values()))
    console.show(table)


@layouts_app.command()
def show(
    layout_id: Annotated[
        str, typer.Argument(metavar="ID", help="The id of a layout, as `layouts list` shows it.")
    ],
    folders: LayoutsOption = None,
) -> None:
    """Print the file of a layout, to read or to use as the start of another one."""
    from imr_extract.layouts.loader import LAYOUT_IDS, parse, shipped_text

    for user_layout in user_layouts(folders):
        if parse(user_layout).id == layout_id:
            console.write(user_layout.text.encode())
            break
    else:
        if layout_id not in LAYOUT_IDS:
            raise typer.BadParameter(
                f"there is no layout {layout_id!r}; `layouts list` shows all layouts"
            )
        console.write(shipped_text(layout_id).encode())
    console.flush()


@layouts_app.command()
def lint(files: FilesArgument) -> None:
    """Report each fault of layout files in a sentence, with file and key. Exit code 1 for any."""
    from imr_extract.cli.layout_check import faults_of

    count = 0
    read = _read(files)
    for user_layout in read:
        for fault in faults_of(user_layout):
            count += 1
            console.write(f"{console.escaped(str(fault))}\n".encode())
    console.flush()
    if not read:
        console.say(NO_FILES)
        raise typer.Exit(Exit.NOTHING_TO_READ)
    console.say("no errors" if not count else counted(count, "error"), "info")
    if count:
        raise typer.Exit(Exit.SOME_FAILED)


@layouts_app.command()
def test(files: FilesArgument) -> None:
    """Read the letters that layout files name, and report what differs from what they state.

    Exit code 1 means that something differs.
    """
    from imr_extract.audit.layout_tests import run
    from imr_extract.cli.layout_check import faults_of

    wrong = letters = 0
    read = _read(files)
    for user_layout in read:
        faults = faults_of(user_layout)
        for fault in faults:
            wrong += 1
            console.write(f"{console.escaped(str(fault))}\n".encode())
        for tried in () if faults else run(user_layout):
            letters += 1
            for what in tried.wrong:
                wrong += 1
                line = console.escaped(f"{user_layout.path}: {tried.file}: {what}")
                console.write(f"{line}\n".encode())
    console.flush()
    console.say(f"{counted(letters, 'letter')}, {counted(wrong, 'difference')}", "info")
    if wrong:
        raise typer.Exit(Exit.SOME_FAILED)
    if not letters:
        console.say("nothing to test: these files have no [[letters]]" if read else NO_FILES)
        raise typer.Exit(Exit.NOTHING_TO_READ)


@layouts_app.command()
def new(
    letter: FileArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="The layout file to write.")],
    layout_id: Annotated[
        str | None,
        typer.Option("--id", help="The id of the layout; by default the name of the file."),
    ] = None,
) -> None:
    """Write a commented draft of a layout for letters like this one, from its headings."""
    import os

    from imr_extract.cli.one_letter import load_one
    from imr_extract.layouts.scaffold import layout_id_of, starter
    from imr_extract.limits import DEFAULT_LIMITS
    from imr_extract.readers import read
    from imr_extract.text.normalization import normalize

    if output.exists():
        console.say(f"{output} already exists; choose another name")
        raise typer.Exit(Exit.NOT_WRITABLE)
    with load_one(letter) as (_, data):
        normalized = normalize(read(data, "auto", DEFAULT_LIMITS))
    beside = Path(os.path.relpath(letter, output.parent)).as_posix()
    text = starter(normalized, layout_id or layout_id_of(output.stem), beside)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        console.say(f"{output} cannot be written ({error.strerror})")
        raise typer.Exit(Exit.NOT_WRITABLE) from None
    console.say(
        f"{output} is written; edit it, then run `imr-extract layouts test {output}`", "info"
    )


def _read(files: list[Path]) -> "tuple[UserLayout, ...]":
    from imr_extract.layouts.loader import read_folders

    try:
        return read_folders(files)
    except OSError as error:
        console.say(f"{error.filename}: {error.strerror}")
        raise typer.Exit(Exit.USAGE) from None
