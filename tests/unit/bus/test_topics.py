"""MQTT topics as subjects of the bus."""

import pytest

from hanmaru.bus.mqtt import BadTopic, subjects_of_topic


@pytest.mark.parametrize(
    ("topic", "wanted"),
    [
        ("spBv1.0/G/NDATA/N", ("spBv1//0.G.NDATA.N",)),
        ("a/+/c", ("a.*.c",)),
        ("a/#", ("a", "a.>")),
        ("#", (">",)),
        ("/a/", ("/.a./",)),
        ("a//b", ("a./.b",)),
    ],
)
def test_topics(topic: str, wanted: tuple[str, ...]) -> None:
    assert subjects_of_topic(topic) == wanted


@pytest.mark.parametrize("topic", ["", "a b", "a/>", "a*", "a/b+", "a#", "#/a", "a\0"])
def test_topics_that_are_none(topic: str) -> None:
    with pytest.raises(BadTopic):
        subjects_of_topic(topic)
