"""What a layout file may hold at most, checked before anything is parsed or compiled.

A layout may come from a stranger. Within these bounds its parsing and compiling take megabytes and
seconds; `x{2000000000}` alone would take 23 gigabytes.
"""

import re
from collections.abc import Iterator

from imr_extract.rules.patterns import expand

LARGEST_FILE = 256 * 1024  # characters
LONGEST_PATTERN = 4_000  # characters; every shipped one has less than 400
MOST_REPEATS = 5_000
MOST_UNROLLED = 200_000  # parts of a pattern, where each repeat is written out
MOST_UNROLLED_TOGETHER = 500_000  # of all patterns of a file; 250 bytes of memory each
MOST_PARTS = 20  # of a key with dots
MOST_PATTERNS = 2_000

# A key with dots, or the name of a table; a string is passed over.
_TOKENS = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''.*?'''"
    r"|#[^\n]*"
    r'|(?P<key>(?:(?:(?<![\w-])[\w-]++|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')[ \t]*\.[ \t]*)'
    f"{{{MOST_PARTS}}})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
# What a pattern is made of, as far as its repeats go; a class of characters is one part.
_PARTS = re.compile(
    r"(?P<count>\{(?P<least>\d*)(?:,(?P<most>\d*))?\})|(?P<open>\()|(?P<close>\))"
    r"|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|[+*?]|.",
    re.DOTALL,
)


def oversize(text: str) -> str | None:
    """Why the text of a file is not even parsed; None where it may be."""
    if len(text) > LARGEST_FILE:
        return f"is larger than {LARGEST_FILE // 1024} kB; a layout has a few"
    if any(found["key"] for found in _TOKENS.finditer(text)):
        return f"has a key of more than {MOST_PARTS} parts; no layout has one"
    return None


def costly(decoded: object) -> Iterator[tuple[str, str]]:
    """Key path and sentence of each pattern that may take too long or too much to compile."""
    together = 0
    for count, (key, pattern) in enumerate(_patterns(decoded, ""), start=1):
        if count > MOST_PATTERNS:
            yield "", f"has more than {MOST_PATTERNS:,} patterns"
            return
        if len(pattern) > LONGEST_PATTERN:
            yield key, f"has more than {LONGEST_PATTERN:,} characters; make several patterns of it"
            continue
        single, unrolled = _repeats(expand(pattern))
        if single > MOST_REPEATS:
            yield key, f"repeats something more than {MOST_REPEATS:,} times; use + or * instead"
        elif unrolled > MOST_UNROLLED:
            yield key, f"has {unrolled:,} parts with each repeat written out; use + or * instead"
        else:
            together += unrolled
    if together > MOST_UNROLLED_TOGETHER:
        yield "", f"has patterns of {together:,} parts, with each repeat written out; use + or *"


def _repeats(pattern: str) -> tuple[int, int]:
    """The largest count in a pattern, and its parts where each repeat is written out."""
    single = 1
    inside = [0]  # the parts of each group that is open
    last = 0  # those of what stands just before
    for found in _PARTS.finditer(pattern):
        if found["open"]:
            inside.append(1)
        elif found["close"] and len(inside) > 1:
            last = inside.pop()
            inside[-1] += last
        elif found["count"]:
            count = max(_number(found["least"]), _number(found["most"]), 1)
            single = max(single, count)
            inside[-1] += last * (count - 1)
            last *= count
        else:
            last = 1
            inside[-1] += 1
    return single, sum(inside)


def _number(digits: str | None) -> int:
    # Only the first digits: a number may have thousands.
    return int(digits[:20]) if digits else 0


def _patterns(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            below = f"{key}.{name}" if key else str(name)
            if isinstance(each, str) and name in {"pattern", "not_before", "not_after"}:
                yield below, each
            else:
                yield from _patterns(each, below)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _patterns(each, f"{key}[{index}]")
