"""The only module that prints: data on standard output, talk on standard error."""

import contextlib
import datetime as dt
import io
import itertools
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Literal, NamedTuple, NoReturn, TextIO, cast

from imr_extract.cli.exits import Exit

LogFormat = Literal["text", "json"]
Level = Literal["debug", "info", "error"]

_RANK: dict[Level, int] = {"debug": 0, "info": 1, "error": 2}


class _Talk:
    """How talk on standard error looks, and how much of it there is."""

    form: LogFormat = "text"
    least: Level = "info"


def open_missing() -> None:
    """Put something that fails, or is silent, in the place of what the caller closed (`>&-`).

    The next file that is opened would get that place otherwise, and what is printed with it. Data
    cannot be read or written there, which is reported as of any file; talk goes nowhere.
    """
    # In this order, since an opened file gets the lowest number that is free.
    if sys.stdin is None:
        sys.stdin = os.fdopen(_nowhere(os.O_WRONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(_nowhere(os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(_nowhere(os.O_WRONLY), "w")


def _nowhere(mode: int) -> int:
    opened = os.open(os.devnull, mode)
    os.set_inheritable(opened, True)  # or workers would miss it
    return opened


def set_talk(*, form: LogFormat = "text", quiet: bool = False, verbose: bool = False) -> None:
    """Choose the form of talk, and its least level: errors only, or all."""
    _Talk.form = form
    _Talk.least = "error" if quiet else "debug" if verbose else "info"


def escaped(text: str, keep: str = "") -> str:
    """The text without what steers a terminal: control and bidi characters become escapes.

    Names and texts come from strangers. Lone surrogates stand for bytes that are no UTF-8. What is
    in `keep` stays.
    """
    return "".join(c if c.isprintable() or c in keep else repr(c)[1:-1] for c in text)


def place_of(error: BaseException) -> str:
    """The type of an error and where it was raised; its words could be a letter's."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119
    return f"{type(error).__name__}{place}"


def write(data: bytes) -> None:
    """Write data to standard output. A closed pipe (`| head`) ends the program quietly with 0.

    On a terminal, what would steer it is escaped.

    Where nothing can be written, that is reported, and the program ends with 4.
    """
    with _output():
        stdout().write(data)


def stdout() -> BinaryIO:
    """Standard output for bytes, for writers of formats; a closed pipe raises `BrokenPipeError`."""
    return cast("BinaryIO", _Terminal()) if is_terminal() else sys.stdout.buffer


class _Terminal:
    """Standard output where a person reads it."""

    def write(self, data: bytes) -> int:
        text = data.decode("utf-8", "surrogateescape")
        sys.stdout.buffer.write(escaped(text, "\n\t\f").encode("utf-8", "backslashreplace"))
        return len(data)

    def flush(self) -> None:
        sys.stdout.buffer.flush()


def flush() -> None:
    """Hand on what was written so far; ends as `write` does."""
    with _output():
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def _output() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        leave_quietly()
    except OSError as error:
        say(f"the output cannot be written ({error.strerror})")
        drop_output()
        raise SystemExit(Exit.NOT_WRITABLE) from None


def say(message: str, level: Level = "error", **details: object) -> None:
    """One line on standard error; in JSON, `details` are keys beside the message."""
    if _RANK[level] < _RANK[_Talk.least]:
        return
    if _Talk.form == "json":
        line = _as_json(message, level, details)
    else:
        line = f"imr-extract: {escaped(message)}"
    with contextlib.suppress(OSError):  # nobody loses records for a message that cannot be shown
        print(line, file=sys.stderr, flush=True)


def _as_json(message: str, level: Level, details: Mapping[str, object]) -> str:
    """A line of a log: when, how bad, what kind of event, then whatever belongs to it."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = {"time": now, "level": level, "event": details.get("event", "message")}
    return json.dumps({**head, "message": message, **details})


def say_usage(show: Callable[[TextIO], None]) -> None:
    """Say what is wrong with a command line, as `show` does; it quotes what was typed."""
    text = io.StringIO()
    show(text)
    with contextlib.suppress(OSError):
        print(escaped(text.getvalue(), "\n"), end="", file=sys.stderr, flush=True)


def is_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def show(renderable: object) -> None:
    """Print a rich object on standard output; `NO_COLOR` and `TERM=dumb` are honoured by rich."""
    from rich.console import Console

    # Names and words of letters are no markup.
    Console(markup=False, emoji=False, highlight=False).print(renderable)


class Bar(NamedTuple):
    """What moves a progress bar on."""

    letter: Callable[[], None]  # by a letter that is done
    page: Callable[[], None]  # by a page that OCR reads


@contextlib.contextmanager
def progress(total: int | None, *, wanted: bool) -> Iterator[Bar]:
    """A bar, or a counter where `total` is None, that goes on by letters and shows pages of OCR.

    Nothing is shown where standard error is no terminal, or a dumb one.
    """
    if not wanted or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield Bar(lambda: None, lambda: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    between = [BarColumn()] if total is not None else []
    count = MofNCompleteColumn() if total is not None else TextColumn("{task.completed:,}")
    bar = Progress(
        TextColumn("letters"),
        *between,
        count,
        TextColumn("{task.fields[pages]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        redirect_stdout=False,
        transient=True,
    )
    read = itertools.count(1)
    with bar:
        task = bar.add_task("", total=total, pages="")
        yield Bar(
            lambda: bar.advance(task),
            lambda: bar.update(task, pages=f"{next(read):,} pages by OCR"),
        )


def leave_quietly() -> NoReturn:
    """End with 0 after the reader of standard output has gone."""
    drop_output()
    raise SystemExit(0)


def drop_output() -> None:
    """Forget what standard output has not taken."""
    # The interpreter flushes standard output once more on its way out; give it somewhere to go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
