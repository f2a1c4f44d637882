"""Injections keep their drug, and a dose that is injected is no amount."""

import pytest

from tests.extract.test_services import read


@pytest.mark.parametrize(
    ("heading", "drugs", "quantity"),
    [
        ("Toradol 60 mg injection", ["ketorolac"], None),
        ("Botox 200 units", ["onabotulinumtoxina"], 200),
        ("Depo-Medrol 80 mg injection, right shoulder", ["methylprednisolone"], None),
        ("Injection of 5 cc of lidocaine, left knee", ["lidocaine"], None),
        ("Hyalgan injections, series of 5", ["hyaluronic acid"], 5),
    ],
)
def test_an_injection(heading: str, drugs: list[str], quantity: int | None) -> None:
    values = read(heading)
    assert (drugs, quantity) == (values.get("drugs"), values.get("quantity"))
