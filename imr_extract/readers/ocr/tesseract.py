"""Tesseract, as the system has it: a program that is run once per page, on one thread."""

import csv
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from PIL.Image import Image

from imr_extract import errors
from imr_extract.readers.ocr.engine import DPI, RecognizedWord

_LANGUAGE = "eng"
_WORD_LEVEL = "5"
_QUICK = 30.0  # seconds within which it must report its version
# It may wait for a processor for so many times the time that it may compute.
_CLOCK_TIMES = 10


class Tesseract(NamedTuple):
    """The installed program."""

    program: str
    version: str
    name: str = "tesseract"

    def fragments(self, picture: Image, seconds: float) -> list[list[RecognizedWord]]:
        """See `Engine`. Its own page analysis parts columns and finds lines that are turned."""
        page = io.BytesIO()
        picture.save(page, "PPM")  # of a grey picture a PGM: nothing to pack and unpack
        options = ("-", "-", "-l", _LANGUAGE, "--dpi", str(DPI), "--psm", "3", "tsv")
        table = _run((self.program, *options), page.getvalue(), seconds)
        return list(_lines(table.decode("utf-8", "replace")))


@cache
def find() -> Tesseract | None:
    """The program on the search path that can read English; None where there is none."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        printed = _run((program, "--version"), b"", _QUICK).decode("utf-8", "replace").split()
        languages = _run((program, "--list-langs"), b"", _QUICK).decode("utf-8", "replace").split()
    except (errors.OcrFailed, errors.TimedOut, OSError):
        return None
    if _LANGUAGE not in languages or len(printed) < 2:
        return None
    return Tesseract(program, printed[1].removeprefix("v"))


def _run(command: tuple[str, ...], given: bytes, seconds: float) -> bytes:
    """What the command writes. One thread, since there are as many workers as processors."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with subprocess.Popen(  # noqa: S603 - no shell, and no word of the input among the arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        if sys.platform == "linux":
            # A worker that is killed cannot end it; then the system does.
            limit = int(seconds) + 1
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (limit, limit))
        try:
            written, _ = process.communicate(given, timeout=seconds * _CLOCK_TIMES)
        except subprocess.TimeoutExpired:
            process.kill()
            raise errors.TimedOut(seconds) from None
        except BaseException:
            process.kill()
            raise
    if process.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise errors.TimedOut(seconds)
    if process.returncode:
        raise errors.OcrFailed("Tesseract", f"exit code {process.returncode}")
    return written


def _lines(table: str) -> Iterator[list[RecognizedWord]]:
    """The words of each line that Tesseract's table has."""
    line: list[RecognizedWord] = []
    place: tuple[str, ...] = ()
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] != _WORD_LEVEL or not row["text"].strip():
            continue
        where = (row["block_num"], row["par_num"], row["line_num"])
        if where != place and line:
            yield line
            line = []
        place = where
        left, top = int(row["left"]), int(row["top"])
        right, bottom = left + int(row["width"]), top + int(row["height"])
        line.append(RecognizedWord(row["text"], left, top, right, bottom, float(row["conf"]) / 100))
    if line:
        yield line
