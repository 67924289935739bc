"""The firmware's line: what the C code writes is what the Python code reads, and damage is noticed."""

import shutil
import subprocess
from binascii import crc_hqx
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.gateway.reader.line import LONGEST_LINE, BadLine, Line, LineCutter, parse_line
from tests.unit.gateway.cards import TAG, line

FIRMWARE = Path(__file__).parents[3] / "firmware" / "rc522"
PRINTER = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "line_format.h"
/* Each line of input: kind sequence millis antenna hex. With kind '?': whether the 16 bytes are a block with an EPC. */
int main(void) {
    char kind, hex[80], out[HM_LINE_SIZE];
    unsigned long sequence, millis;
    unsigned antenna;
    while (scanf(" %c %lu %lu %u %79s", &kind, &sequence, &millis, &antenna, hex) == 5) {
        uint8_t data[40];
        size_t count = strlen(hex) / 2;
        for (size_t i = 0; i < count; i++) {
            char two[3] = {hex[2 * i], hex[2 * i + 1], 0};
            data[i] = (uint8_t)strtoul(two, NULL, 16);
        }
        if (kind == '?')
            printf("%d\\n", hm_block_has_epc(data));
        else if (hm_format_line(out, kind, (uint32_t)sequence, (uint32_t)millis, (uint8_t)antenna, data, (uint8_t)count)
                 != strlen(out))
            return 1;
        else
            fputs(out, stdout);
    }
    return 0;
}
"""


@pytest.fixture(scope="module")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firmware's pure part as a program of this machine."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("No C compiler here: install gcc to test the firmware's line format")
    folder = tmp_path_factory.mktemp("firmware")
    source = folder / "printer.c"
    source.write_text(PRINTER)
    program = folder / "printer"
    strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsanitize=undefined", "-I", str(FIRMWARE)]
    subprocess.run([compiler, *strict, str(source), "-o", str(program)], check=True, timeout=240)
    return program


def _printed(firmware: Path, asked: str) -> list[bytes]:
    done = subprocess.run([firmware], input=asked.encode(), capture_output=True, check=True, timeout=120)
    return done.stdout.splitlines(keepends=True)


def test_c_writes_what_python_reads(firmware: Path) -> None:
    wanted = [
        Line("epc", 1, 0, 1, TAG),
        Line("epc", 2**32 - 1, 2**32 - 1, 255, "F" * 24),
        Line("uid", 10, 1234567890, 2, "04A1B2C3"),
        Line("uid", 11, 9, 9, "04A1B2C3D4E5F6"),
        Line("uid", 12, 99, 10, "00112233445566778899"),
        Line("boot", 1, 3, 1, "0100"),
        Line("trouble", 100, 1000, 1, "01"),
    ]
    letters = {"epc": "E", "uid": "U", "boot": "B", "trouble": "X"}
    asked = "".join(f"{letters[one.kind]} {one.sequence} {one.millis} {one.antenna} {one.data}\n" for one in wanted)
    printed = _printed(firmware, asked)
    assert [parse_line(raw) for raw in printed] == wanted
    assert printed[0] == line("E", 1, 0, 1)
    assert max(map(len, printed)) <= LONGEST_LINE


def test_c_leaves_out_data_that_does_not_fit(firmware: Path) -> None:
    (printed,) = _printed(firmware, f"B 1 2 3 {'AB' * 30}\n")
    assert parse_line(printed).data == "AB" * 16


def test_c_tells_a_block_with_a_tag_number(firmware: Path) -> None:
    body = bytes.fromhex(TAG) + b"H\x0c"
    good = body + crc_hqx(body, 0xFFFF).to_bytes(2, "big")
    blocks = [good, bytes(16), b"\xff" * 16, good[:-1] + bytes([good[-1] ^ 1]), bytes([good[0] ^ 1]) + good[1:]]
    printed = _printed(firmware, "".join(f"? 0 0 0 {block.hex()}\n" for block in blocks))
    assert [int(one) for one in printed] == [1, 0, 0, 0, 0]


def test_a_line_read() -> None:
    assert parse_line(line("E", 17, 123456)) == Line("epc", 17, 123456, 1, TAG)
    assert parse_line(line("A", data="")) == Line("alive", 1, 5, 1, "")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        line()[:-8],
        line()[:-3] + b"\r\n",
        line().replace(b"*", b""),
        line().lower(),
        line(antenna=0),
        line(antenna=256),
        line("Z"),
        line("E", data="1234"),
        line("U", data=TAG),
        line(data=""),
        line() + line(),
        b"\xff" * 200,
        line().replace(b"1A85", b"1A86"),
        line("A", data="0" * 33),
    ],
)
def test_a_bad_line_is_refused(raw: bytes) -> None:
    with pytest.raises(BadLine):
        parse_line(raw)


@given(st.integers(0, len(line()) - 3), st.integers(1, 255))
def test_one_damaged_byte_is_noticed(place: int, change: int) -> None:
    raw = bytearray(line())
    raw[place] ^= change
    try:
        found = parse_line(bytes(raw))
    except BadLine:
        return
    assert found == parse_line(line()), "only blanks around the line may differ"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_line_or_refused(raw: bytes) -> None:
    try:
        parse_line(raw)
    except BadLine:
        return


@given(
    st.lists(st.sampled_from([line(), line("U", 2, data="04A1B2C3"), line()[:30], b"\x00\xfe", b"\n"]), max_size=12),
    st.data(),
)
def test_lines_survive_any_cut(chunks: list[bytes], data: st.DataObject) -> None:
    """Whole lines come out whole, however the stream is cut and whatever stands between them."""
    stream = b"".join(chunks) + b"\n"
    cutter = LineCutter()
    out = []
    while stream:
        size = data.draw(st.integers(1, 40))
        out += cutter.feed(stream[:size])
        stream = stream[size:]
    good = []
    for raw in out:
        try:
            good.append(parse_line(raw))
        except BadLine:
            continue
    assert len(good) == sum(1 for chunk in chunks if chunk.startswith(b"$") and chunk.endswith(b"\n"))


def test_an_endless_line_does_not_fill_the_memory() -> None:
    cutter = LineCutter()
    for _ in range(1000):
        assert cutter.feed(b"A" * 1000) == []
    assert [parse_line(raw) for raw in cutter.feed(line())[-1:]] == [parse_line(line())]
