"""Opening a PDF: whether it can be read, in what form, and with which remarks."""

import re
from typing import NamedTuple

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers import streams
from imr_extract.text.document import Remark

# A cut-off file has lost its end mark. PDFium would rebuild such a file from what is left of it and
# give a letter without its last pages, which looks like a whole one.
_END_MARK = b"%%EOF"
_SHORT_TAIL = 64  # bytes behind it that can hold no object
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")


class Opened(NamedTuple):
    """A PDF whose text is all there."""

    data: bytes  # to be read: the file, or a copy that shows what a viewer does
    remarks: tuple[Remark, ...]
    is_as_published: bool


def opened(data: bytes, limits: Limits) -> Opened:
    """The file, if it is intact. Raises `DamagedPdf`, `PasswordRequired` and `TooLarge`."""
    _check_end(data)
    if streams.is_as_published(data, limits):
        return Opened(data, (), True)
    # qpdf takes a while to load, and published letters do not need it.
    from imr_extract.readers import structure

    data, remarks = structure.examine(data, limits)
    return Opened(data, remarks, False)


def _check_end(data: bytes) -> None:
    """Raise `DamagedPdf` where the end mark is missing, or more of the file stands behind it.

    Blanks, zeros and the page of a web server may stand there.
    """
    end = data.rfind(_END_MARK)
    if end < 0 or (len(data) - end > _SHORT_TAIL and _OBJECT.search(data, end)):
        raise errors.DamagedPdf
