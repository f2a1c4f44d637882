"""A folder of letters from night to night, and what is kept of it."""

import json
import os
import random
from pathlib import Path
from typing import Any

import msgspec
from commands import Spawn
from corpus import FIXTURES

from imr_extract.writers import read_back

LETTERS = sorted((FIXTURES / "text").glob("*.txt"))[:12]
FORMS = ["db", "duckdb", "jsonl"]
DAY = 86_400 * 10**9


class Folder:
    """A folder of letters whose files get a new time whenever they change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = 1_500_000_000 * 10**9
        path.mkdir()

    def put(self, name: str, data: bytes) -> None:
        self.now += DAY
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        os.utime(path, ns=(self.now, self.now))

    def remove(self, name: str) -> None:
        (self.path / name).unlink()

    def names(self) -> list[str]:
        return sorted(str(each.relative_to(self.path)) for each in self.path.rglob("*.txt"))


def folder_of_six(path: Path) -> Folder:
    made = Folder(path)
    for number, letter in enumerate(LETTERS[:6]):
        made.put(f"{number}.txt", letter.read_bytes())
    return made


def records(path: Path, *, ordered: bool = False) -> list[Any]:
    """All records of an output; of a database sorted, for its rows have no order."""
    found = [msgspec.to_builtins(each) for each in read_back(path)]
    if ordered:
        return found
    return sorted(found, key=lambda record: json.dumps(record, sort_keys=True))


def at_once(command: Spawn, folder: Folder, output: Path, *options: str) -> list[Any]:
    """What a run over the folder as it is now gives."""
    made = output.with_name(f"at-once{output.suffix}")
    made.unlink(missing_ok=True)
    command("extract", folder.path, "-o", made, "-q", *options)
    return records(made, ordered=output.suffix == ".jsonl")


def summary(done: Any) -> str:
    return str(done.stderr.decode().splitlines()[-1])


def change(folder: Folder, chance: random.Random) -> None:
    names = folder.names()
    name = chance.choice(names)
    match chance.randrange(4):
        case 0:
            folder.put(f"{chance.randrange(99)}.txt", chance.choice(LETTERS).read_bytes())
        case 1:
            folder.put(name, chance.choice(LETTERS).read_bytes())
        case 2:
            folder.put(name, b"broken")
        case 3 if len(names) > 3:
            folder.remove(name)
