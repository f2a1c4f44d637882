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
    is_plain: bool  # no text of it is hidden, and no other text is laid over it
    has_forms: bool = False  # that print no text, and may lie over the text of a page


def opened(data: bytes, limits: Limits) -> Opened:
    """The file, if it is intact. Raises `DamagedPdf`, `PasswordRequired` and `TooLarge`."""
    data = _to_its_end(data)
    look = streams.look(data, limits)
    if look.is_plain and look.is_packed:
        return Opened(data, (), True, look.has_forms)
    # qpdf takes a while to load, and most published letters do not need it.
    from imr_extract.readers import structure

    examined, remarks = structure.examine(data, limits)
    is_plain = look.is_plain and not remarks and examined is data
    return Opened(examined, remarks, is_plain, look.has_forms)


def _to_its_end(data: bytes) -> bytes:
    """The file without what stands behind it: blanks, zeros, or the page of a web server.

    Raises `DamagedPdf` where the end mark is missing, or more of the file stands behind it.
    """
    end = data.rfind(_END_MARK)
    if end >= 0 and len(data) - end <= _SHORT_TAIL:
        return data
    if end < 0 or _OBJECT.search(data, end):
        raise errors.DamagedPdf
    return data[: end + len(_END_MARK)]
