"""Build the rules where a wheel is built without `make`, so that its program starts as fast.

Hatchling calls it. Nothing is built, and the program does without, where the scripts are missing,
as in a source archive (which holds the file), or the packages that the rules need.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RulesHook(BuildHookInterface[Any]):
    """Has `build_rules.py` write its file into the checkout, from where the build takes it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Called before the files are chosen; `version` is "editable" for a checkout in use."""
        script = Path(self.root, "scripts", "build_rules.py")
        if version == "editable" or not script.exists():
            return
        if not self._run(script, "--check") and not self._run(script):
            self.app.display_warning("the rules are not built ahead: a start takes a second more")

    def _run(self, script: Path, *options: str) -> bool:
        """Whether the script succeeds, with the package of the checkout."""
        others = os.environ.get("PYTHONPATH")  # by which pip shows what the build requires
        paths = os.pathsep.join([self.root, *([others] if others else [])])
        done = subprocess.run(
            [sys.executable, script, *options],
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            check=False,
        )
        return done.returncode == 0
