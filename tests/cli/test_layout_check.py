"""Layouts are checked in a process of their own: what no limit foresees costs that process."""

import os
import signal
from collections.abc import Callable

import pytest

from imr_extract.cli import layout_check
from imr_extract.layouts.loader import LAYOUT_IDS, BadLayout, UserLayout, parse, shipped_text


def spin(layout: UserLayout) -> None:
    while layout:
        pass


def allocate(layout: UserLayout) -> None:
    bytearray(len(layout) << 40)


def die(layout: UserLayout) -> None:
    del layout
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (spin, "takes more than 10 seconds to check"),
        (allocate, "takes more than 512 MB to check"),
        (die, "ends the process that checks it"),
    ],
)
def test_what_the_limits_do_not_foresee_costs_its_own_process(
    fault: Callable[[UserLayout], None], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout_check, "parse", fault)
    (found,) = layout_check.faults_of(UserLayout("x.toml", ""), seconds=0.2)
    assert ("x.toml", "") == (found.file, found.key)
    assert found.message.startswith(why)


def test_a_fault_of_this_program_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(layout: UserLayout) -> None:
        raise ZeroDivisionError(layout.path)

    monkeypatch.setattr(layout_check, "parse", fail)
    with pytest.raises(ZeroDivisionError):
        layout_check.faults_of(UserLayout("x.toml", ""))


def test_the_faults_of_a_layout_come_out_of_its_process() -> None:
    with pytest.raises(BadLayout) as raised:
        parse(UserLayout("x.toml", "colour = 1"))
    assert list(raised.value.faults) == layout_check.faults_of(UserLayout("x.toml", "colour = 1"))
    assert [] == layout_check.faults_of(UserLayout("x.toml", shipped_text(LAYOUT_IDS[0])))
