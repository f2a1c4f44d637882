"""The query language, and what it is in SQLite's FTS5.

Words, `"phrases"` and `prefix*` next to each other must all be there; `AND`, `OR` and `NOT`, in
capitals, and parentheses combine them. `NOT` takes from what stands beside it: `spine NOT lumbar`.
FTS5's own language is not handed on, because it takes `L4-5` and `patient's` for mistakes.
"""

import re
from typing import NamedTuple

_TOKEN = re.compile(r'\s*(?:(?P<sign>[()])|"(?P<phrase>[^"]*)"(?P<any>\*?)|(?P<word>[^\s()"]+))')
_QUOTES = str.maketrans("“”„«»", '"' * 5)
_LONGEST = 1000  # characters of a query
_DEEPEST = 40  # parentheses inside parentheses
_OPERATORS = ("AND", "OR", "NOT")


class QueryError(Exception):
    """A query that cannot be understood; `message` is for users."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _Token(NamedTuple):
    kind: str  # "word", "(", ")", or an operator
    text: str  # of a word: its FTS5 form


def parse(query: str) -> str:
    """The FTS5 expression of a query. Raises `QueryError`."""
    if len(query) > _LONGEST:
        raise QueryError(f"the query is longer than {_LONGEST:,} characters")
    tokens = _tokens(query.translate(_QUOTES))
    if not tokens:
        raise QueryError("the query is empty; name a word, or words in quotation marks")
    found, rest = _any_of(tokens, 0)
    if rest:
        raise QueryError("a closing parenthesis has no opening one")
    return found


def _tokens(query: str) -> list[_Token]:
    if query.count('"') % 2:
        raise QueryError("a quotation mark is not closed")
    tokens = []
    for match in _TOKEN.finditer(query):
        word, phrase = match["word"], match["phrase"]
        if match["sign"] or word in _OPERATORS:
            text = match["sign"] or word
            tokens.append(_Token(text, text))
        elif phrase is not None:
            tokens.append(_Token("word", _term(phrase, match["any"])))
        elif word != "*" or not tokens:
            tokens.append(_Token("word", _term(word.rstrip("*"), word[len(word.rstrip("*")) :])))
    return tokens


def _term(words: str, star: str) -> str:
    if not any(character.isalnum() for character in words):
        raise QueryError(f"{words + star!r} has no letter and no digit to search for")
    return f'"{words}"' + (" *" if star else "")


def _any_of(tokens: list[_Token], depth: int) -> tuple[str, list[_Token]]:
    """Groups with OR between them, and the tokens behind."""
    if depth > _DEEPEST:
        raise QueryError("the query has too many parentheses inside each other")
    groups = []
    while True:
        group, tokens = _all_of(tokens, depth)
        groups.append(group)
        if not tokens or tokens[0].kind != "OR":
            break
        tokens = tokens[1:]
    return (groups[0] if len(groups) == 1 else f"({' OR '.join(groups)})"), tokens


def _all_of(tokens: list[_Token], depth: int) -> tuple[str, list[_Token]]:
    """What must all be there, without what NOT names, and the tokens behind."""
    wanted: list[str] = []
    unwanted: list[str] = []
    while True:
        negated = bool(tokens) and tokens[0].kind == "NOT"
        item, tokens = _item(tokens[1:] if negated else tokens, depth)
        (unwanted if negated else wanted).append(item)
        if tokens and tokens[0].kind == "AND":
            tokens = tokens[1:]
        elif not tokens or tokens[0].kind in {"OR", ")"}:
            break
    if not wanted:
        raise QueryError("NOT needs words to take from, as in: spine NOT lumbar")
    found = wanted[0] if len(wanted) == 1 else f"({' AND '.join(wanted)})"
    if not unwanted:
        return found, tokens
    return f"({found} NOT ({' OR '.join(unwanted)}))", tokens


def _item(tokens: list[_Token], depth: int) -> tuple[str, list[_Token]]:
    """A word, a phrase, or what stands in parentheses, and the tokens behind."""
    head = tokens[0] if tokens else None
    if head is not None and head.kind == "word":
        return head.text, tokens[1:]
    if head is not None and head.kind == "(":
        found, rest = _any_of(tokens[1:], depth + 1)
        if not rest:
            raise QueryError("a parenthesis is not closed")
        return found, rest[1:]
    if head is None:
        raise QueryError("the query ends where words are expected")
    raise QueryError(f"{head.text} stands where words are expected; write it in quotation marks")
