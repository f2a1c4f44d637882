"""Which letters the options of `extract` choose, and `--dry-run`, which prints them."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit

if TYPE_CHECKING:
    from imr_extract.batch.inputs import Input, Walk
    from imr_extract.batch.shards import Shard


class Choice(NamedTuple):
    """What a command line says of its inputs."""

    named: list[Path]
    files_from: Path | None
    null: bool  # whether paths end with a NUL byte
    globs: list[str] | None
    follow: bool
    archives: bool
    shard: "Shard | None"
    limit: int | None
    sample: int | None
    seed: int | None

    def walk(self, *own: Path | None) -> "Walk":
        """What goes through the inputs, and passes over the files that the run writes."""
        from imr_extract.batch.inputs import Walk
        from imr_extract.batch.output_files import without_plus

        return Walk(
            globs=tuple(self.globs or ()),
            follow=self.follow,
            own=tuple(without_plus(path) for path in own if path is not None),
            archives=self.archives,
            shard=self.shard,
        )

    def inputs(self, walk: "Walk") -> "Iterator[Input]":
        """The inputs, as they are needed."""
        from imr_extract.batch.inputs import choose

        found = walk.expand(chain(self.named, self._listed()))
        return choose(found, limit=self.limit, sample=self.sample, seed=self.seed or 0)

    def _listed(self) -> Iterator[Path]:
        """The paths of the list, as they are needed: it can be long, and slow to come."""
        import sys

        from imr_extract.batch.inputs import STDIN, listed

        if self.files_from is None:
            return iter(())
        try:
            is_stdin = str(self.files_from) == STDIN
            file = sys.stdin.buffer if is_stdin else self.files_from.open("rb")
        except OSError as error:
            raise typer.BadParameter(
                f"{self.files_from} cannot be read ({error.strerror})", param_hint="--files-from"
            ) from None
        return map(Path, listed(file, b"\0" if self.null else b"\n"))

    @property
    def total(self) -> int | None:
        """How many letters will be read; None where only reading the folders and lists tells."""
        from imr_extract.batch.archives import is_archive
        from imr_extract.batch.inputs import is_folder

        if self.files_from is not None or self.shard is not None:
            return None
        if any(is_folder(path) or is_archive(path) for path in self.named):
            return None
        stated = (len(self.named), self.limit, self.sample)
        return min(each for each in stated if each is not None)


def print_paths(chosen: "Iterator[Input]", *, null: bool) -> Exit:
    """Print the paths of the inputs; what the process should exit with."""
    import os

    from imr_extract.cli.run import NOTHING_TO_READ

    first = next(chosen, None)
    if first is None:
        console.tell(NOTHING_TO_READ)
        return Exit.NOTHING_TO_READ
    for each in chain((first,), chosen):
        console.write(os.fsencode(each.path) + (b"\0" if null else b"\n"))
    console.flush()
    return Exit.OK
