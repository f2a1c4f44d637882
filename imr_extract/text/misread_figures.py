"""Case numbers and dates in which figures are misread: letters that look like them, blanks inside.

Only shapes that nothing else has are repaired, and only where most figures stand as printed.
"""

from imr_extract.rules.patterns import compile_pattern, parse_date

# Capital and small letters, and marks, that scans give for a figure.
_LOOKS = {
    "0": "OoQD",
    "1": "lI|!i",
    "2": "Zz",
    "5": "Ss",
    "8": "B",
}
_FIGURES = str.maketrans({look: figure for figure, looks in _LOOKS.items() for look in looks})
_FIGURE = rf"[\d{''.join(_LOOKS.values())}]"
# So many of the figures may be misread.
_MOST_WRONG = 3
_BLANK = compile_pattern(r"\s")
_PARTS = compile_pattern(r"([A-Z]{2})(\d\d)\W+(\d{7})")

# "11/O9/2016", "1 1/09/2016".
DATE = (
    rf"(?<![\p{{L}}\d/]){_FIGURE} ?{_FIGURE}? ?/ ?{_FIGURE} ?{_FIGURE}? ?/ ?"
    rf"(?:{_FIGURE} ?){{3}}{_FIGURE}(?![\p{{L}}\d/])"
)
# "CM17-O900101", "CM1 7-090 0101", "CM17~0900101".
NUMBER = (
    rf"\b[A-Z]{{2}} ?{_FIGURE} ?{_FIGURE} ?[-\u2010-\u2015~._]{{1,2}} ?"
    rf"(?:{_FIGURE} ?){{6}}{_FIGURE}(?![\p{{L}}\d])"
)


def repaired_date(printed: str) -> str | None:
    """The ISO form of what matches `DATE`; None where it is no day, or too much is misread."""
    figures = _repaired(printed)
    return None if figures is None else parse_date(figures, None)


def repaired_number(printed: str) -> str | None:
    """The case number that what matches `NUMBER` prints; None where too much is misread."""
    head, rest = printed[:2], printed[2:]
    figures = _repaired(rest)
    parts = None if figures is None else _PARTS.fullmatch(head + figures)
    return None if parts is None else f"{parts[1]}{parts[2]}-{parts[3]}"


def _repaired(printed: str) -> str | None:
    figures = _BLANK.sub("", printed)
    right = figures.translate(_FIGURES)
    wrong = sum(one != other for one, other in zip(figures, right, strict=True))
    return right if wrong <= _MOST_WRONG else None
