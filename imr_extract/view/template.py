"""Templates: the pages' frames, and the policy that lets nothing but them run."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template

# Controls, and what turns the direction of the words behind it: shown as a mark, never obeyed.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@cache
def _file(name: str) -> str:
    return files("imr_extract.view").joinpath(name).read_text(encoding="utf-8")


def fill(name: str, title: str, **parts: str) -> bytes:
    """The page of the template `name`. `title` is text; the other parts are HTML already.

    Style and script stand in the page; its policy allows these two by their digests, and no other
    source of anything, so that a letter that slipped through the escaping could not do a thing.
    """
    style, script = _file("style.css"), _file("letter.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = Template(_file(name)).substitute(
        title=escape(title), policy=policy, style=style, script=script, **parts
    )
    page = _STEERING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", page)
    # A surrogate, as the name of a file can hold one, has no UTF-8.
    return page.encode("utf-8", "replace")


def _digest(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()
