"""Values for people: in the cells of tables and lines on a terminal."""


def shown(value: object) -> str:
    """Words as they are, lists with commas, an absent value as nothing; always one plain line."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(shown(each) for each in value)
    # What would steer the terminal is left out.
    return "".join(each if each.isprintable() else " " for each in str(value))
