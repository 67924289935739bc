"""What a controller says, as the manual has it and as a bad line garbles it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.gateway.drivers.grbl import codes
from hanmaru.gateway.drivers.grbl.lines import Acknowledged, Alarmed, Greeted, Said, Setting, Status, understand


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ok", Acknowledged()),
        ("ok\r", Acknowledged()),
        ("error:9", Acknowledged(9)),
        ("ALARM:1", Alarmed(1)),
        ("Grbl 1.1h ['$' for help]", Greeted("1.1")),
        ("Grbl 0.9j ['$' for help]", Greeted("0.9")),
        ("$110=12000.000", Setting(110, 12000.0)),
        ("<Idle|MPos:0.000,-1.500,2.000|FS:0,0>", Status("Idle", machine=(0.0, -1.5, 2.0))),
        (
            "<Hold:1|WPos:1.000,2.000,3.000|Bf:15,128|FS:500,8000|WCO:-1.000,0.000,0.000|Pn:XZP>",
            Status("Hold", 1, None, (1.0, 2.0, 3.0), (-1.0, 0.0, 0.0), 15, 128, 500.0, "XZP"),
        ),
        ("<Run|MPos:1.0,2.0,3.0,4.0|F:100>", Status("Run", machine=(1.0, 2.0, 3.0), feed=100.0)),
        ("<Door:3|MPos:1.0,2.0,3.0|FS:0,0|Pn:D>", Status("Door", 3, machine=(1.0, 2.0, 3.0), pins="D")),
    ],
)
def test_lines_of_the_manual(line: str, said: Said) -> None:
    assert understand(line) == said


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[MSG:'$H'|'$X' to unlock]",
        "okk",
        "error:",
        "error:x",
        "ALARM:",
        "<Idle|MPos:0.000,-1.5",
        "<Idle|MPos:a,b,c|FS:0,0>",
        "<Idle|MPos:1.0,2.0|FS:0,0>",
        "<Idle|MPos:1.0,2.0,3.0|Bf:15>",
        "<Dreaming|MPos:0,0,0>",
        "$110=1.2.3",
        "$=1",
        "\x00\xff\xfe",
    ],
)
def test_messages_and_noise_say_nothing(line: str) -> None:
    said = understand(line)
    assert said is None or (isinstance(said, Status) and said.bytes_free is None)


@given(st.text(max_size=200))
def test_no_line_breaks_it(line: str) -> None:
    understand(line)
    understand(f"<{line}>")
    understand(f"<Idle|{line}>")


def test_every_published_number_has_words_of_its_own() -> None:
    errors = {str(codes.error(number)) for number in [*range(1, 18), *range(20, 39)]}
    alarms = {str(codes.alarm(number)) for number in range(1, 11)}
    assert (len(errors), len(alarms)) == (36, 10)
    assert "99" in str(codes.error(99))
