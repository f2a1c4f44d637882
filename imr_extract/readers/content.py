"""The content of pages: whether it ends as it should, and follows the grammar of PDF.

Content that is packed by Flate has a checksum. Elsewhere a wrong byte may be part of the text, and
nothing can show it; but a string or an array that is not closed swallows what follows, and that
breaks the grammar.
"""

import re
from collections import Counter
from collections.abc import Iterable

import pikepdf
from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
    Stream,
    String,
)

# What opens a part of a page's content, and what closes it.
_PAIRS = ((b"BT", b"ET"), (b"q", b"Q"), (b"BDC", b"EMC"))
_OPENING_OR_CLOSING = (b"BT", b"ET", b"q", b"Q", b"BDC", b"BMC", b"EMC")
# Each looks back for itself, so that the search begins at their letters and not everywhere.
_OPERATORS = re.compile(
    rb"(%s)(?=[\s/\[(<]|$)"
    % b"|".join(rb"%s(?<=[\s\])>]%s)" % (each, each) for each in _OPENING_OR_CLOSING)
)
_ALL_OPERATORS = b" ".join(_OPENING_OR_CLOSING).decode()

# The operators with their operands: a number, name, string, array (of strings and numbers), or
# anything (*). Those of colour spaces have as many numbers as the space has colours.
_OPERANDS = {
    operator: kinds
    for kinds, operators in {
        "": "b B b* B* BT BX EMC ET EX f F f* h n q Q s S T* W W*",
        "n": "g G i j J M Tc TL Tr Ts Tw Tz w",
        "nn": "d0 l m Td TD",
        "nnn": "rg RG",
        "nnnn": "k K re v y",
        "nnnnnn": "c cm d1 Tm",
        "/": "BMC cs CS Do gs MP ri sh",
        "/n": "Tf",
        "/*": "BDC DP",
        "s": "Tj '",
        "nns": '"',
        "a": "TJ",
        "*n": "d",
    }.items()
    for operator in operators.split()
}
_FONT_NAMED = re.compile(rb"(/[^\s/()<>\[\]{}%]+)\s+[-+.\d]+\s+Tf\b")
_OF_COLOUR = frozenset(("sc", "SC", "scn", "SCN"))
# Content inside a string: one was not closed where it should have been.
_CONTENT = re.compile(rb"[)\]]\s*T[jJ]\s|\d\s+T[dDmf]\s*[\[(<]")

# The same for content as most programs write it: the library takes ten times as long.
_NAME = rb"/[\w.+-]++\s*+"
_NUMBER = rb"[-+]?(?:\d++\.?\d*+|\.\d++)(?=[\s(\]>])\s*+"
_STRING = rb"\((?:[^()\\]|\\(?:[()\\]|[23][0-7]{2}))*+\)\s*+"  # escaped: marks, and no ASCII
_PLAIN = {
    "n": _NUMBER,
    "/": _NAME,
    "s": _STRING,
    "a": rb"\[\s*+(?:%b|%b)*+\]\s*+" % (_STRING, _NUMBER),
    "*": rb"(?:%b|<<\s*+(?:%b(?:%b|%b))*+>>\s*+)" % (_NAME, _NAME, _NAME, _NUMBER),
}


def _pattern(kinds: str) -> bytes:
    """The pattern of the instructions with operands of these kinds; its group is the operator."""
    found = sorted(operator for operator, own in _OPERANDS.items() if own == kinds)
    operators = b"|".join(re.escape(operator.encode()) for operator in found)
    return b"%b(%b)" % (b"".join(_PLAIN[kind] for kind in kinds), operators)


_OF_EACH_KIND = [_pattern(kinds) for kinds in dict.fromkeys(_OPERANDS.values())]
# An operator without operands, put behind content. What was cut off before its own operator shows:
# the library drops operands at the end, and a string that is not closed, without a word.
_AT_THE_END = b"\nn"
_COLOURS = rb"(?:%b|%b)*+(scn|SCN|sc|SC)" % (_NUMBER, _NAME)
_INSTRUCTIONS = re.compile(rb"\s*+(?:%b)(?=[\s/\[(<]|$)" % b"|".join([*_OF_EACH_KIND, _COLOURS]))
# Errors of the library: no content at all, an object that may not stand there, an operator that is
# not ASCII.
_NO_CONTENT = (pikepdf.PdfError, TypeError, UnicodeDecodeError)
_VERTICAL_TAB = b"\x0b"  # a blank for the library and for patterns, and none in PDF
_STRINGS = re.compile(rb"\((?:[^()\\]|\\.)*+\)", re.DOTALL)
_SHOW_TEXT = frozenset((b"Tj", b"TJ", b"'", b'"'))


def ends_early(content: bytes) -> bool:
    """Whether a page's content ends before something that it opened is closed."""
    if not _is_open(_OPERATORS.findall(b" " + content)):
        return False
    # What was found may stand in a string: ask for the operators themselves.
    try:
        with pikepdf.new() as scratch:
            parsed = pikepdf.parse_content_stream(Stream(scratch, content), _ALL_OPERATORS)
    except _NO_CONTENT:
        return True
    return _is_open([str(instruction.operator).encode() for instruction in parsed])


def _is_open(operators: list[bytes]) -> bool:
    counts = Counter(b"BDC" if operator == b"BMC" else operator for operator in operators)
    return any(counts[opening] > counts[closing] for opening, closing in _PAIRS)


def breaks_grammar(content: bytes) -> bool:
    """Whether an operator is unknown, has wrong operands, or is never reached.

    A string that is not closed holds all that follows.
    """
    if _VERTICAL_TAB in content and _VERTICAL_TAB in _STRINGS.sub(b"", content):
        return True
    if _is_plain(content):
        return False
    try:
        with pikepdf.new() as scratch:
            parsed = pikepdf.parse_content_stream(Stream(scratch, content + _AT_THE_END))
            if not all(map(_is_right, parsed)):
                return True
    except _NO_CONTENT:
        return True
    if not parsed or str(parsed[-1].operator) != "n":
        return True
    return _is_open([str(instruction.operator).encode() for instruction in parsed])


def _is_plain(content: bytes) -> bool:
    """Whether content is right beyond doubt, and written as most programs do."""
    operators: list[bytes] = []
    at, end = 0, len(content.rstrip())
    while at < end:
        found = _INSTRUCTIONS.match(content, at)
        if found is None or found.lastindex is None:
            return False
        operator = found[found.lastindex]
        at = found.end()
        if operator in _SHOW_TEXT and _CONTENT.search(
            content, found.start(), found.start(found.lastindex)
        ):
            return False
        operators.append(operator)
    return not _is_open(operators)


def fonts_named(content: bytes) -> set[str]:
    """The names of fonts that a page's content uses, as keys of its resources."""
    names = {name.decode("latin-1") for name in _FONT_NAMED.findall(content)}
    return {name for name in names if "#" not in name}  # which stands for another sign


def _is_right(instruction: ContentStreamInstruction | ContentStreamInlineImage) -> bool:
    operator, operands = str(instruction.operator), list(instruction.operands)
    if isinstance(instruction, ContentStreamInlineImage) or operator in _OF_COLOUR:
        return True
    kinds = _OPERANDS.get(operator)
    if kinds is None or len(kinds) != len(operands):
        return False
    return all(_fits(kind, operand) for kind, operand in zip(kinds, operands, strict=True))


def _fits(kind: str, operand: Object) -> bool:
    match kind:
        case "n":
            return not isinstance(operand, (Array, Dictionary, Name, String))
        case "/":
            return isinstance(operand, Name)
        case "s":
            return isinstance(operand, String) and not _CONTENT.search(bytes(operand))
        case "a":
            return isinstance(operand, Array) and _are_text(operand)
        case _:
            return True


def _are_text(operands: Iterable[Object]) -> bool:
    return all(_fits("s" if isinstance(operand, String) else "n", operand) for operand in operands)
