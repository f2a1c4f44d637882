"""Values in the cells of tables on a terminal."""


def shown(value: object) -> str:
    """A value for people: words as they are, lists with commas, an absent value as nothing."""
    from rich.markup import escape

    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return escape(", ".join("" if each is None else str(each) for each in value))
    return escape(str(value))
