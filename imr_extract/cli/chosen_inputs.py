"""Which letters the options of `extract` choose, and `--dry-run`, which prints them."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit

if TYPE_CHECKING:
    from imr_extract.batch.inputs import HasPath, Input, Walk
    from imr_extract.batch.shards import Shard


class Choice(NamedTuple):
    """What a command line says of its inputs."""

    named: list[str]
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

        found = walk.expand(map(_of_this_machine, self.names()))
        return choose(found, limit=self.limit, sample=self.sample, seed=self.seed or 0)

    def anywhere(self, walk: "Walk", output: str) -> "Iterator[HasPath]":
        """The inputs for an engine, which may stand in object stores, too."""
        from imr_extract.batch.inputs import choose
        from imr_extract.engines.remote_inputs import RemoteWalk

        globs = tuple(self.globs or ())
        remote = RemoteWalk(walk, output, globs, self.archives, self.shard)
        found = remote.expand(self.names())
        return choose(found, limit=self.limit, sample=self.sample, seed=self.seed or 0)

    def names(self) -> Iterator[str]:
        """The paths and addresses that the command line and the list name."""
        return chain(self.named, self._listed())

    def _listed(self) -> Iterator[str]:
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
        return listed(file, b"\0" if self.null else b"\n")

    @property
    def total(self) -> int | None:
        """How many letters will be read; None where only the folders and lists show it."""
        from imr_extract.batch.addresses import is_remote
        from imr_extract.batch.archives import is_archive
        from imr_extract.batch.inputs import is_folder

        if self.files_from is not None or self.shard is not None:
            return None
        if any(
            is_remote(name) or is_folder(Path(name)) or is_archive(Path(name))
            for name in self.named
        ):
            return None
        stated = (len(self.named), self.limit, self.sample)
        return min(each for each in stated if each is not None)


def _of_this_machine(name: str) -> Path:
    from imr_extract.batch.addresses import is_remote, local_path
    from imr_extract.writers import WrongCombination

    if is_remote(name):
        raise WrongCombination(f"{name} is in an object store; --engine local or ray reads it")
    return local_path(name)


def print_paths(chosen: "Iterator[HasPath]", *, null: bool) -> Exit:
    """Print the paths of the inputs; what the process should exit with."""
    import os

    from imr_extract.cli.run import NOTHING_TO_READ
    from imr_extract.writers import OutputError

    try:
        first = next(chosen, None)
        if first is None:
            console.say(NOTHING_TO_READ)
            return Exit.NOTHING_TO_READ
        for each in chain((first,), chosen):
            console.write(os.fsencode(each.path) + (b"\0" if null else b"\n"))
    except OutputError as error:  # an address that no run of this kind reads
        console.say(error.message)
        return Exit(error.exit_code)
    console.flush()
    return Exit.OK
