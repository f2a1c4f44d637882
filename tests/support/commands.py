"""The command as tests call it: its path, and the types of the fixtures that run it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Run = Callable[..., Result]
Spawn = Callable[..., subprocess.CompletedProcess[bytes]]

COMMAND = str(Path(sys.executable).parent / "imr-extract")
