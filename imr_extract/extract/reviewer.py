"""The expert reviewer's credentials: comma lists behind printed labels."""

from collections.abc import Iterator
from functools import cache

from imr_extract.layouts.spec import Layout
from imr_extract.record.model import Note
from imr_extract.rules.patterns import Pattern, alternatives, compile_pattern
from imr_extract.rules.table import names_with_commas
from imr_extract.text.document import Found, NormalizedText, Section

_ITEM = compile_pattern(r"[^,;]+")


def extract(
    normalized: NormalizedText, section: Section | None, layout: Layout
) -> Iterator[Found | Note]:
    """States of licensure and specialties, in the printed order, each with its span."""
    if section is None:
        for field in layout.credentials:
            yield Note(
                field=f"reviewer.{field}",
                code="section_missing",
                message="the letter has no reviewer credentials",
            )
        return
    labels = list(_label_pattern(layout).finditer(normalized.text, section.start, section.end))
    ends = [match.start() for match in labels[1:]] + [section.end]
    found = {}
    for match, end in zip(labels, ends, strict=False):  # without a label there is one end too many
        field = str(match.lastgroup)
        items = list(_items(normalized.text, match.end(), end))
        if items and field not in found:
            found[field] = Found(
                f"reviewer.{field}",
                [normalized.text[start:stop] for start, stop in items],
                tuple(normalized.span(start, stop) for start, stop in items),
                f"credentials.{field}",
            )
    for field in layout.credentials:
        yield found.get(field) or Note(
            field=f"reviewer.{field}",
            code="not_in_letter",
            message="the credentials do not print it",
        )


@cache
def _label_pattern(layout: Layout) -> Pattern:
    labels = (f"(?P<{field}>{alternatives(names)})" for field, names in layout.credentials.items())
    return compile_pattern(rf"(?:{'|'.join(labels)}) ?: ?", ignore_case=True)


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items of the comma list in `text[start:end]`, without blanks around them."""
    at = start
    while at < end:
        whole = next((name for name in names_with_commas() if text.startswith(name, at)), None)
        match = _ITEM.match(text, at, end)
        if whole is not None:
            stop = at + len(whole)
        elif match is not None:
            stop = match.end()
        else:
            at += 1
            continue
        item = text[at:stop]
        left = at + len(item) - len(item.lstrip())
        right = at + len(item.rstrip(" ."))
        if left < right:
            yield left, right
        at = stop + 1
        while at < end and text[at] == " ":
            at += 1
