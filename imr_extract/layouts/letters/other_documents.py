"""Other documents: where a line begins something that stands in a file beside letters.

Bundles hold proofs of service, fax sheets, forms and denials; mails and cover letters stand around
a letter. They are recognized by how they begin, at a line that may begin a paragraph.
"""

from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from imr_extract.rules.patterns import compile_pattern
from imr_extract.rules.table import CompiledRow, RuleTable, cues
from imr_extract.text.document import NormalizedText

Kind = Literal["documents", "mail", "cover", "closings", "separators"]
ALL_KINDS: tuple[Kind, ...] = ("documents", "mail", "cover", "closings", "separators")

_SENTENCE_ENDS = compile_pattern(r"[.!?:;,][\"'\u201d\u2019)\]]*$")
# A line longer than this is prose, whatever it begins with.
_LONGEST = 120
# A line that fills less than this share of the usual line ends a paragraph.
_SHORT_LINE = 0.7


class DocumentHead(NamedTuple):
    """A line that begins another document, or a part of one."""

    line: int  # its index
    kind: Kind
    name: str  # for people: "a proof of service"


def heads(
    normalized: NormalizedText, first: int, last: int, kinds: Sequence[Kind]
) -> list[DocumentHead]:
    """The lines of `first` to `last` (not included) that begin other documents, in order."""
    found: list[DocumentHead] = []
    text = normalized.text
    table, kind_of = _rows(tuple(kinds))
    rows = table.called(text)
    for index in range(first, last):
        line = normalized.lines[index]
        words = text[line.start : min(line.end, line.start + _LONGEST)]
        for row in rows:
            kind = kind_of[row]
            match = row.pattern.match(words)
            if match and (kind != "documents" or _is_title(normalized, index, match.group())):
                name = row.id.rpartition(".")[2].replace("_", " ")
                found.append(DocumentHead(index, kind, name))
                break
    return found


def is_in_a_mail(normalized: NormalizedText) -> bool:
    """Whether the head of a mail stands before the first line: it was left out when it was read."""
    document = normalized.document
    rows = cues("other_documents", "mail")
    before = document.text[: document.lines[0].start].splitlines()
    return any(row.pattern.match(line.strip()) for line in before for row in rows)


@cache
def _rows(kinds: tuple[Kind, ...]) -> tuple[RuleTable, dict[CompiledRow, Kind]]:
    """The rows of these kinds as one table, so that a line is looked at once for all of them."""
    kind_of = {row: kind for kind in kinds for row in cues("other_documents", kind)}
    return RuleTable(kind_of), kind_of


def _is_title(normalized: NormalizedText, index: int, title: str) -> bool:
    """Whether the words are no part of a sentence: they begin a page, or follow a gap or an end.

    A line that holds a paragraph begins with a title only where that is in capitals.
    """
    line = normalized.lines[index]
    if line.end - line.start > _LONGEST and not title.isupper():
        return False
    if index == 0 or line.gap is not False:
        return True
    above = normalized.lines[index - 1]
    if above.end - above.start < _SHORT_LINE * normalized.line_length:
        return True
    return bool(_SENTENCE_ENDS.search(normalized.text, max(above.start, above.end - 4), above.end))
