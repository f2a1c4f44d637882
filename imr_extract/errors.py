"""Errors: what can be wrong with an input.

ImrError
├── Unreadable         the operating system does not give the bytes
├── Empty              no bytes, or nothing but blanks
├── UnsupportedType    neither PDF nor text
├── DamagedPdf         a PDF that does not open, or not all of it
├── PasswordRequired   a PDF that opens with a password only
├── NoTextLayer        a PDF whose pages hold no text
├── UnknownLayout      text that is no determination letter of a known layout
├── SeveralLetters     a file of several letters, where one was asked for
├── SlowLayout         a pattern of a layout takes too long on the text
├── TooLarge           over a limit on input
├── TimedOut           took longer than the time limit
├── OutOfMemory        took more memory than the limit
├── Crashed            ended its worker process
├── NoOcrEngine        OCR is asked for, and there is no engine
├── OcrFailed          an OCR engine could not read a page
└── Internal           a fault of this program

Each class carries its `code` (the closed list of the schema) and the `exit_code` that commands on
one letter end with. Messages are one line: what, why, what next; they never hold letter text.
"""

import signal
from typing import ClassVar

from imr_extract.record.model import ErrorCode


class ImrError(Exception):
    """Base of all errors about an input; `message` is the line for the user."""

    code: ClassVar[ErrorCode]
    exit_code: ClassVar[int]

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[object, ...]:
        """Errors go from process to process as their message: the classes take other arguments."""
        return _restored, (type(self), self.message, self.__dict__)


class Unreadable(ImrError):
    """The operating system does not give the bytes: no such file, no permission, a directory."""

    code = "unreadable"
    exit_code = 10

    def __init__(self, reason: str) -> None:
        super().__init__(f"cannot be read ({reason}); check the path and its permissions")


class Empty(ImrError):
    """The input has no bytes, or nothing but blanks and page ends."""

    code = "empty"
    exit_code = 11

    def __init__(self) -> None:
        super().__init__("is empty; get the letter again from its source")


class UnsupportedType(ImrError):
    """The bytes are neither a PDF nor text. `what` names the type where it is known."""

    code = "unsupported_type"
    exit_code = 12

    def __init__(self, what: str) -> None:
        super().__init__(f"is {what}, not a PDF or a text; convert it to PDF or text first")


class DamagedPdf(ImrError):
    """The bytes begin as a PDF that does not open, or that has a stream which does not unpack."""

    code = "damaged_pdf"
    exit_code = 13

    def __init__(self) -> None:
        super().__init__("is a damaged or cut-off PDF; get it again, or repair it (qpdf can)")


class PasswordRequired(ImrError):
    """The PDF opens with a password only. An empty user password is no password."""

    code = "password_required"
    exit_code = 14

    def __init__(self) -> None:
        super().__init__("is a PDF that needs a password; save a copy without one")


class NoTextLayer(ImrError):
    """The PDF's pages hold no text: pictures of a letter, or, after OCR, of nothing readable."""

    code = "no_text_layer"
    exit_code = 15

    def __init__(self, *, tried_ocr: bool = False) -> None:
        super().__init__(
            "is a PDF of pictures without text, and OCR finds none in them; look at its pages"
            if tried_ocr
            else "is a PDF of pictures without text; use --ocr auto, or make it readable first "
            "(ocrmypdf can)"
        )


class UnknownLayout(ImrError):
    """The text is not a determination letter of a known layout.

    `nearest` names the best try, `why` what speaks against it; None where the text prints nothing
    that any layout looks for.
    """

    code = "unknown_layout"
    exit_code = 16

    def __init__(self, nearest: str | None, why: str) -> None:
        near = (
            f"nearest: {nearest}; {why}" if nearest else "nearest: none; it prints nothing of any"
        )
        super().__init__(
            f"is no determination letter of a known layout ({near}); check that it is a final "
            "determination letter"
        )


class SeveralLetters(ImrError):
    """The file holds several letters, or fewer than were asked for, and one has to be chosen."""

    code = "several_letters"
    exit_code = 25

    def __init__(self, count: int, remedy: str) -> None:
        letters = "one letter" if count == 1 else f"{count} letters"
        super().__init__(f"holds {letters}; {remedy}")


class SlowLayout(ImrError):
    """A pattern of a layout took longer than the time limit for patterns."""

    code = "slow_layout"
    exit_code = 18

    def __init__(self, layout: str, row: str) -> None:
        super().__init__(
            f"took too long to match: pattern {row!r} of the layout {layout}; make it simpler, "
            "without repeats inside repeats"
        )
        self.layout = layout
        self.row = row


class TooLarge(ImrError):
    """The input is over a limit; the message names limit and unit: bytes, pages or characters.

    `how` it is over: it "is larger than" the limit, or "unpacks to more than" that.
    """

    code = "too_large"
    exit_code = 17

    def __init__(self, limit: int, unit: str, how: str = "is larger than") -> None:
        super().__init__(
            f"{how} the limit of {limit:,} {unit}; split it into single letters, or raise "
            f"--max-{unit}"
        )


class TimedOut(ImrError):
    """The letter took more processor time than the limit, or many times that by the clock."""

    code = "timed_out"
    exit_code = 20

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"took longer than the limit of {seconds:g} seconds; look at it by itself, or raise "
            "--timeout"
        )


class OutOfMemory(ImrError):
    """The letter took more memory than a worker may have."""

    code = "out_of_memory"
    exit_code = 21

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"takes more than the limit of {limit // (1024 * 1024):,} MB of memory; it may be made "
            "to do that: look at it before you raise --max-memory"
        )


class Crashed(ImrError):
    """The letter ended its worker process, in native code; `number` is the signal's.

    Native code that gets no memory aborts, so an abort names that limit, in bytes, as well.
    """

    code = "crashed"
    exit_code = 22

    def __init__(self, number: int, memory: int) -> None:
        how = f"signal {number}" if number > 0 else "no signal"
        then = "try --reader pdfplumber"
        if number == signal.SIGKILL:
            how += ", as when the system runs out of memory"
            then = "use fewer --jobs, and --resume to try it again"
        if number == signal.SIGABRT:
            megabytes = memory // (1024 * 1024)
            how += f", as when memory is over the limit of {megabytes:,} MB"
            then = "it may be made to do that: look at it before you raise --max-memory"
        super().__init__(f"crashed its worker process ({how}); {then}")


class Internal(ImrError):
    """An exception that this program did not foresee. Names its type and place, no words."""

    code = "internal"
    exit_code = 19

    def __init__(self, error: Exception) -> None:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"
        super().__init__(
            f"met a fault of imr-extract ({type(error).__name__} at {place}); please report it"
        )


class NoOcrEngine(ImrError):
    """OCR is asked for, and the engine, or any, is not installed. `engine` names the one asked for.

    English is what an engine must read.
    """

    code = "no_ocr_engine"
    exit_code = 23

    def __init__(self, engine: str | None = None) -> None:
        missing = "no OCR engine is" if engine is None else f"the OCR engine {engine} is not"
        ways = {
            "tesseract": "install Tesseract with its English data (Debian and Ubuntu: apt-get "
            "install tesseract-ocr; macOS: brew install tesseract)",
            "rapidocr": "install RapidOCR (pip install 'imr-extract[ocr]')",
        }
        chosen = [ways[engine]] if engine in ways else list(ways.values())
        super().__init__(f"{missing} installed here; {', or '.join(chosen)}")


class OcrFailed(ImrError):
    """An OCR engine ended without having read a page; `why` says how."""

    code = "ocr_failed"
    exit_code = 24

    def __init__(self, engine: str, why: str) -> None:
        super().__init__(
            f"has a page that {engine} could not read ({why}); raise --max-memory, or try the "
            "other --ocr-engine"
        )


def _restored(kind: type[ImrError], message: str, state: dict[str, object]) -> ImrError:
    error = kind.__new__(kind)
    ImrError.__init__(error, message)
    error.__dict__.update(state)
    return error


def rebuilt(code: ErrorCode, message: str) -> ImrError:
    """The error that an error object stands for, by its code."""
    kinds = [kind for kind in ImrError.__subclasses__() if kind.code == code]
    return _restored(kinds[0], message, {})
