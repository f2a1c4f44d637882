"""Shards: one run's share of the inputs, where several runs on several machines do them all."""

import hashlib
import os
import re
from typing import NamedTuple

_SHARD = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,8})")


class Shard(NamedTuple):
    """The share `number` of so many, from 1 on.

    An input belongs to the share that the hash of its path below the folder that was named gives,
    or of the path itself where that was named. So every input is in exactly one share, also where
    the machines see the folder at different places, or files arrive between two listings.
    """

    number: int
    of: int

    @classmethod
    def parse(cls, stated: str) -> "Shard":
        """The shard in "3/8". Raises `ValueError`."""
        match = _SHARD.fullmatch(stated)
        if match is None or int(match[1]) > int(match[2]):
            raise ValueError(f"{stated} is not a share; give one of N as 1/N, 2/N, ... N/N")
        return cls(int(match[1]), int(match[2]))

    def has(self, path: str | os.PathLike[str]) -> bool:
        """Whether an input of this relative path is in the share."""
        digest = hashlib.blake2b(os.fsencode(path), digest_size=8).digest()
        return int.from_bytes(digest) % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"
