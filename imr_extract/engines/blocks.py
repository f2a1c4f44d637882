"""Blocks of inputs, what comes of one, and what an engine is."""

import hashlib
import os
from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from typing import Literal, Protocol

import msgspec

from imr_extract.batch.inputs import HasPath
from imr_extract.batch.orchestration import Options, Reporter
from imr_extract.batch.resumable_output import Key
from imr_extract.batch.shards import Shard
from imr_extract.batch.tally import Counts
from imr_extract.batch.work import Outcome, Work, work
from imr_extract.rules.table import digest

PartFormat = Literal["parquet", "jsonl"]
FORMATS: tuple[PartFormat, ...] = ("parquet", "jsonl")

# Letters of a block, if nobody says otherwise: a block costs the start of a program, about as much
# as five letters, and is what a lost machine has to do again.
BLOCK_LETTERS = 1000


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for every block of a run.

    Attributes:
        key: what the machine that does a block must have in common with the one that planned it.
        folder: the working directory, from which paths of the inputs count.
        work: what a worker process does with a letter; another one in tests.
    """

    output: str  # address of a folder
    options: Options
    key: Key
    formats: tuple[PartFormat, ...] = FORMATS
    shard: Shard | None = None
    folder: str
    work: Work = work

    @property
    def rules(self) -> str:
        """The digest of the rules and of the layouts of the run, as records have it."""
        return digest(tuple(layout.text for layout in self.options.reading.user_layouts))

    @property
    def share(self) -> str:
        """What a run of one of several shards is called, which share a folder; "" for others."""
        return f"{self.shard.number:04}-of-{self.shard.of:04}" if self.shard else ""

    def name(self, number: int) -> str:
        """What the parts of a block are called."""
        return f"{self.share}-{number:06}" if self.shard else f"{number:06}"


class Block(msgspec.Struct, frozen=True):
    """Inputs that stand behind one another, by their paths as the system knows them."""

    number: int  # from 0
    paths: tuple[bytes, ...]

    @property
    def digest(self) -> str:
        """Changes with the paths and their order."""
        return hashlib.blake2b(b"\0".join(self.paths), digest_size=16).hexdigest()


def cut(inputs: Iterable[HasPath], size: int) -> Iterator[Block]:
    """The inputs as blocks of `size`, in their order; the last may have fewer."""
    paths = (os.fsencode(each.path) for each in inputs)
    number = 0
    while block := tuple(islice(paths, size)):
        yield Block(number, block)
        number += 1


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the output."""

    name: str  # below the folder of the output
    bytes: int
    sha256: str


class BlockResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a block. Written beside its parts, once these are whole."""

    number: int
    inputs: str  # digest of the block's paths
    first: str  # path, for people
    last: str
    counts: Counts
    parts: tuple[Part, ...]
    contents: bytes  # 8 bytes of the digest of each file that could be read
    errors: tuple[Outcome, ...]

    @property
    def digests(self) -> Iterator[bytes]:
        """The first 8 bytes of the digests of the files."""
        return (self.contents[at : at + 8] for at in range(0, len(self.contents), 8))


class LostBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block that could not be done, not at another try either."""

    block: Block
    why: str


class Engine(Protocol):
    """Has blocks done, by `block_work.do_block`, wherever it likes and in any order."""

    def run(
        self, blocks: Iterator[Block], job: Job, reporter: Reporter
    ) -> Generator[BlockResult | LostBlock, None, None]:
        """What came of each block, each once; `blocks` are taken as there is room for them.

        Tells the reporter of work that is `lost` and done again. Closing the generator ends what
        is running. Raises `CannotWork` where no block can be done.
        """
        ...
