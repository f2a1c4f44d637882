"""Defaults of options: from environment variables, the current folder, and the user's own file.

What a run reads, writes, replaces or removes is never a default: such options stand on the command
line. The file of the current folder may be a stranger's, which came with letters; so it cannot say
either what a run may take of the machine, nor which layouts are used.
"""

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from imr_extract.cli.user_layouts import config_folder

FOLDER_FILE = "imr-extract.toml"
HOME_FILE = "config.toml"
PREFIX = "IMR_EXTRACT_"
_LONGEST = 256 * 1024  # bytes of a file

# What a run reads, and what it writes, replaces and removes.
_PER_RUN = frozenset({
    "--boxes", "--compare", "--dry-run", "--errors", "--errors-to", "--files-from", "--filter",
    "--force", "--gold",
    "--group-by", "--letter", "--limit", "--null", "--output", "--prune", "--rate", "--replace",
    "--resume", "--sample", "--seed", "--shard", "--since", "--source", "--stats", "--tables",
    "--until", "--help", "--version", "--debug", "--show-config", "--outcome", "--category",
    "--service", "--only", "--fields",
})  # fmt: skip
_MACHINE = frozenset({
    "--engine", "--jobs", "--layouts", "--max-bytes", "--max-characters", "--max-memory",
    "--max-pages", "--timeout",
})  # fmt: skip


class ConfigError(Exception):
    """A file or variable that cannot be used; `message` is for users."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Setting(NamedTuple):
    """A default of an option of a command."""

    command: str
    option: str  # as on the command line: "--max-bytes"
    parameter: str  # what the command's function calls it
    value: Any  # as typed: a text, a truth value, or a list of texts
    origin: str  # the file or the variable


def is_default(context: Any, parameter: str) -> bool:
    """Whether the value of a parameter was not typed on the command line."""
    source = context.get_parameter_source(parameter)
    return source is None or source.name != "COMMANDLINE"


class _Option(NamedTuple):
    """An option that can have a default."""

    command: str
    option: str
    parameter: str
    is_flag: bool
    is_list: bool
    check: Callable[[Any], Any]  # raises where a value cannot be read


def files() -> tuple[Path | None, Path]:
    """The user's own file and that of the current folder, which need not exist."""
    own = config_folder()
    return None if own is None else own.parent / HOME_FILE, Path(FOLDER_FILE)


def may_be_set() -> bool:
    """Whether there is a file or a variable that may set defaults."""
    if any(name.startswith(PREFIX) for name in os.environ):
        return True
    return any(path is not None and _is_there(path) for path in files())


def settings(group: Any, context: Any) -> list[Setting]:
    """The defaults of all commands of a group, one for each option. Raises `ConfigError`."""
    options = _options(group, context)
    home, folder = files()
    found: dict[tuple[str, str], Setting] = {}
    if home is not None:
        found |= _by_option(_of_file(home, options))
    found |= _by_option(_of_file(folder, options, is_own=False))
    found |= _by_option(_of_environment(options))
    return list(found.values())


def _by_option(found: Iterator[Setting]) -> dict[tuple[str, str], Setting]:
    return {(each.command, each.parameter): each for each in found}


def as_defaults(found: list[Setting]) -> dict[str, dict[str, Any]]:
    """The settings as the command line takes them, by command and parameter."""
    defaults: dict[str, dict[str, Any]] = {}
    for each in found:
        defaults.setdefault(each.command, {})[each.parameter] = each.value
    return defaults


def _options(group: Any, context: Any) -> list[_Option]:
    """The options of all commands that can have a default."""
    return [
        _Option(
            name,
            long,
            parameter.name,
            bool(parameter.is_flag),
            bool(parameter.multiple),
            partial(parameter.process_value, context),
        )
        for name, command in sorted(group.commands.items())
        if not hasattr(command, "commands")
        for parameter in command.params
        if parameter.param_type_name == "option"
        for long in parameter.opts
        if long.startswith("--")
        and long not in _PER_RUN
        and (name, long) != ("extract", "--format")
    ]


def _of_file(path: Path, options: list[_Option], *, is_own: bool = True) -> Iterator[Setting]:
    """Those of a file: first what it says for all commands, then what it says for one."""
    tree = _read(path)
    commands = {each.command for each in options}
    tables = {name: value for name, value in tree.items() if isinstance(value, dict)}
    for name in tables:
        if name not in commands:
            raise ConfigError(f"{path}: [{name}] is no command{_near(name, commands)}")
    whole = {name: value for name, value in tree.items() if name not in tables}
    for command, table in ((None, whole), *tables.items()):
        for name, value in table.items():
            option = f"--{name}"
            where = f"{path}: {name}" if command is None else f"{path}: [{command}] {name}"
            if not is_own and option in _MACHINE:
                raise ConfigError(
                    f"{where}: is not taken from the current folder, whose files may be a "
                    f"stranger's; set it in your own {HOME_FILE} or on the command line"
                )
            for each in _named(option, command, options, where):
                yield _setting(each, _typed(value, each, where), str(path), where)


def _of_environment(options: list[_Option]) -> Iterator[Setting]:
    known = {_variable(each.option): each.option for each in options}
    for variable, text in sorted(os.environ.items()):
        if not variable.startswith(PREFIX):
            continue
        option = known.get(variable) or f"--{variable.removeprefix(PREFIX).lower()}"
        for each in _named(option.replace("_", "-"), None, options, variable):
            value: str | bool | list[str] = text
            if each.is_flag:
                value = _truth(text, variable)
            elif each.is_list:
                value = text.split(os.pathsep)
            yield _setting(each, value, variable, variable)


def _variable(option: str) -> str:
    return PREFIX + option.strip("-").replace("-", "_").upper()


def _truth(text: str, variable: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ConfigError(f"{variable}: {text!r} is neither true nor false")


def _named(option: str, command: str | None, options: list[_Option], where: str) -> list[_Option]:
    """The options of that name, of all commands or of one."""
    if option in _PER_RUN or (command, option) == ("extract", "--format"):
        raise ConfigError(
            f"{where}: what a run reads and writes has no default; give {option} on the command "
            "line"
        )
    inside = [each for each in options if command in (None, each.command)]
    found = [each for each in inside if each.option == option]
    if not found:
        whose = "no option" if command is None else f"no option of {command}"
        near = _near(option, {each.option for each in inside})
        raise ConfigError(f"{where}: is {whose}{near.replace('--', '')}")
    return found


def _near(name: str, known: set[str]) -> str:
    import difflib

    (near,) = difflib.get_close_matches(name, sorted(known), n=1) or ("",)
    return f"; similar: {near}" if near else ""


def _typed(value: Any, option: _Option, where: str) -> Any:
    """A value of TOML as it would be typed. Raises `ConfigError` for one of another type."""
    if option.is_flag:
        if isinstance(value, bool):
            return value
        raise ConfigError(f"{where}: must be true or false")
    if option.is_list:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        raise ConfigError(f"{where}: must be a list of texts")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ConfigError(f"{where}: must be a text or a number")
    return str(value)


def _setting(option: _Option, value: Any, origin: str, where: str) -> Setting:
    try:
        option.check(value)
    except Exception as error:
        message = getattr(error, "message", None)  # of the errors of usage of typer and click
        if message is None:
            raise
        raise ConfigError(f"{where}: {message.removeprefix('Value error, ')}") from None
    return Setting(option.command, option.option, option.parameter, value, origin)


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except OSError:  # it is not there, or its home is not, or may not be entered
        return False
    return True


def _read(path: Path) -> Mapping[str, Any]:
    """What a file says; nothing where there is none."""
    if not _is_there(path):
        return {}
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would be waited for
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise ConfigError(f"{path}: is no regular file")
        data = file.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise ConfigError(f"{path}: is larger than {_LONGEST:,} bytes")
    import tomllib  # only where there is a file: most runs have none

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        what = re.sub(r"\s+", " ", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else ""
        raise ConfigError(f"{path}: is no TOML{f' ({what})' if what else ''}") from None
