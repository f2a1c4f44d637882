"""The bytes of an input: read from a file, a pipe or an archive, within the limit."""

import os
import select
import stat
import sys
from io import BufferedReader
from typing import BinaryIO, cast

from imr_extract import errors
from imr_extract.batch.archives import read as read_member
from imr_extract.batch.archives import split
from imr_extract.batch.inputs import STDIN, Input
from imr_extract.limits import Limits

# Milliseconds after which a wait for data looks whether a signal has come.
_SIGNAL_LOOK = 500
_PIECE = 1024 * 1024  # bytes of a letter that are read at once


def load(each: Input, limits: Limits) -> bytes:
    """The bytes of an input. Raises `Unreadable` and, without reading more, `TooLarge`."""
    if each.data is not None:
        return each.data
    try:
        if str(each.path) == STDIN:
            data = _read(sys.stdin.buffer, limits.bytes + 1)
        else:
            with each.path.open("rb") as file:
                data = _read(file, limits.bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        place = split(each.path)
        if place is None:
            raise errors.Unreadable(error.strerror or type(error).__name__) from None
        return read_member(*place, limits)
    except OSError as error:
        raise errors.Unreadable(error.strerror or type(error).__name__) from None
    except ValueError:  # a NUL byte in a path from a list
        raise errors.Unreadable("no possible file name") from None
    if len(data) > limits.bytes:
        raise errors.TooLarge(limits.bytes, "bytes")
    return data


def _read(file: BinaryIO, most: int) -> bytes:
    """So many bytes, or as many as there are: memory is taken for these only."""
    data = bytearray()
    stream = cast("BufferedReader", file)  # whose `read1` does not wait for a whole piece
    while len(data) < most:
        _wait_for_data(stream)
        piece = stream.read1(min(_PIECE, most - len(data)))
        if not piece:
            break
        data += piece
    return bytes(data)


def _wait_for_data(file: BufferedReader) -> None:
    """Wait until a pipe has something to read or is closed; files always have.

    A signal that arrives just before a blocking read does not interrupt it, so that Ctrl-C would
    be lost. Between short waits Python runs the handler.
    """
    try:
        descriptor = file.fileno()
    except OSError:  # a stream in memory
        return
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return
    pipe = select.poll()
    pipe.register(descriptor, select.POLLIN)
    while not pipe.poll(_SIGNAL_LOOK):
        pass
