"""Counts in sentences: "1 record", "2,000 records"."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """The number with its noun; `plural` is for nouns that do not just take an s."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
