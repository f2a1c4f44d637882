"""Which conditions lists of shared words name."""

import pytest

from imr_extract.clinical.diagnoses import coordination


def named(text: str) -> list[str]:
    entries = coordination.entries(text, 0, len(text))
    return [
        " ".join(" ".join(text[start:end] for start, end in entry.intervals).split())
        for entry in entries
        if not entry.part.doubted
    ]


LISTS = [
    # Each stands alone.
    ("rotator cuff tear and impingement", ["rotator cuff tear", "impingement"]),
    ("gout, asthma, and hip strain", ["gout", "asthma", "hip strain"]),
    # One condition over several sites.
    (
        "sprain/strain of the neck and back",
        ["sprain/strain of the neck", "sprain/strain of the back"],
    ),
    ("lumbar and cervical strain", ["lumbar strain", "cervical strain"]),
    (
        "cervical, thoracic, and lumbar spine sprain",
        ["cervical spine sprain", "thoracic spine sprain", "lumbar spine sprain"],
    ),
    (
        "contusions of the left hip, knee and ankle",
        [
            "contusions of the left hip",
            "contusions of the left knee",
            "contusions of the left ankle",
        ],
    ),
    (
        "left hip, knee and ankle contusions",
        ["left hip contusions", "left knee contusions", "left ankle contusions"],
    ),
    ("injury of the back and left elbow", ["injury of the back", "injury of the left elbow"]),
    ("left hip and back strain", ["left hip strain", "back strain"]),
    ("chronic neck and back pain", ["chronic neck pain", "chronic back pain"]),
    ("right and left knee sprain", ["right knee sprain", "left knee sprain"]),
    ("L3-4 and L4-5 disc bulge", ["L3-4 disc bulge", "L4-5 disc bulge"]),
    ("disc bulge at C4-5 and C5-6", ["disc bulge at C4-5", "disc bulge at C5-6"]),
    (
        "tear of the medial and lateral meniscus",
        ["tear of the medial meniscus", "tear of the lateral meniscus"],
    ),
    # Several conditions of one site.
    (
        "numbness and weakness of the right hand",
        ["numbness of the right hand", "weakness of the right hand"],
    ),
    ("right elbow sprain and contusion", ["right elbow sprain", "right elbow contusion"]),
    ("neck pain and headaches", ["neck pain", "headaches"]),
    (
        "left hip bursitis, labral tear; left toe fracture",
        ["left hip bursitis", "left hip labral tear", "left toe fracture"],
    ),
    # Commas and "and" inside one name.
    (
        "strain of muscle, fascia and tendon of the lower back",
        ["strain of muscle, fascia and tendon of the lower back"],
    ),
    ("radiculopathy, cervical region", ["radiculopathy, cervical region"]),
    ("adhesive capsulitis, right shoulder", ["adhesive capsulitis, right shoulder"]),
    (
        "hernia without obstruction or gangrene, and gout",
        ["hernia without obstruction or gangrene", "gout"],
    ),
    ("dizziness and giddiness", ["dizziness and giddiness"]),
    ("acute, severe elbow pain", ["acute, severe elbow pain"]),
    # "X with Y", "X due to Y".
    ("knee sprain with meniscal tear", ["knee sprain", "meniscal tear"]),
    ("disc bulge with stenosis", ["disc bulge with stenosis"]),
    ("rib fracture with displacement", ["rib fracture with displacement"]),
    ("adjustment disorder with anxiety", ["adjustment disorder with anxiety"]),
    ("chest pain due to rib contusion", ["chest pain", "rib contusion"]),
    ("neuropathy due to diabetes", ["neuropathy due to diabetes"]),
    ("heel pain due to walking", ["heel pain"]),
    # A comma is missing.
    ("left knee strain right wrist contusion", ["left knee strain", "right wrist contusion"]),
    # Doubt reaches its own condition, "rule out" the list up to a comma.
    ("possible hip labral tear and gout", ["gout"]),
    ("rule out hip labral tear and bursitis, gout", ["gout"]),
]


@pytest.mark.parametrize(("text", "expected"), LISTS, ids=[row[0] for row in LISTS])
def test_the_conditions_of_a_list(text: str, expected: list[str]) -> None:
    assert named(text) == expected
