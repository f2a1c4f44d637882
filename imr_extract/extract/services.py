"""To be filled: what an issue asks for: category, subcategory, drugs, quantity, unit, body parts."""

from collections.abc import Iterator

from imr_extract.document import Folded, Found, Span


def extract(folded: Folded, service: str, span: Span, field: str) -> Iterator[Found]:
    """What the disputed service `service` (document span `span`) asks for, as paths under `field`."""
    yield from ()
