"""The figures of `make bench`, shown beside the last ones, which `docs/performance.md` keeps."""

import datetime as dt
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).resolve().parent.parent / "docs/performance.md"
_BEGIN, _END = "<!-- figures of make bench -->", "<!-- end of figures -->"
_HEAD = "| measured | figure | aim |"
_ROW = re.compile(r"\| (?P<what>[^|]+) \| (?P<shown>[^|]+) \| [^|]* \|")


class Figure(NamedTuple):
    """What was measured; `aim` is what the project wants it to be, where it wants something."""

    what: str
    value: float
    unit: str = ""
    aim: str = ""

    @property
    def shown(self) -> str:
        """The value with its unit, in three figures or so."""
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}".rstrip()


def table(figures: Sequence[Figure], last: dict[str, str]) -> str:
    """The figures beside the last ones, for the screen."""
    rows = [("measured", "now", "last", "aim")]
    rows += [(each.what, each.shown, last.get(each.what, "-"), each.aim) for each in figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join((what.ljust(widths[0]), now.rjust(widths[1]), was.rjust(widths[2]), aim)).rstrip()
        for what, now, was, aim in rows
    )


def last_figures(page: str) -> dict[str, str]:
    """What the page has of the last time: each figure with its unit, by what it is of."""
    between = page.partition(_BEGIN)[2].partition(_END)[0].partition(_HEAD)[2]
    return {match["what"]: match["shown"] for match in _ROW.finditer(between)}


def with_figures(page: str, figures: Sequence[Figure], when: str) -> str:
    """The page with these figures in place of those it has; `when` says when and where."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, behind = rest.partition(_END)
    if not begin or not end:
        raise SystemExit(f"{PAGE.name} has no place for figures: {_BEGIN} ... {_END}")
    lines = [when, "", _HEAD, "|---|---|---|"]
    lines += [f"| {each.what} | {each.shown} | {each.aim} |" for each in figures]
    return f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{behind}"


def circumstances() -> str:
    """When and where this is measured, in a sentence for the page."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    load = os.getloadavg()[0]
    return (
        f"Measured on {today} on {_processor()}, {os.cpu_count()} processors, Python "
        f"{platform.python_version()}, at a load of {load:.1f}."
    )


def _processor() -> str:
    """The name of the processor, where the system tells it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return re.sub(r"\((?:R|TM)\)", "", name[1]) if name else platform.machine()
