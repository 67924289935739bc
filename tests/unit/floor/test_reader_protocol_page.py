"""The reference page says what the code does."""

import json
import re

from hanmaru.floor import reads
from tools import reader_protocol


def test_the_page_is_up_to_date() -> None:
    text = reader_protocol.PAGE.read_text(encoding="utf-8")
    assert text == reader_protocol.page(), "run python -m tools.reader_protocol"


def test_every_message_has_an_example_that_can_be_sent() -> None:
    examples = [json.loads(found) for found in re.findall(r"```json\n(.*?)```", reader_protocol.page(), re.DOTALL)]
    assert {one["type"] for one in examples} == {*reads.CLIENT_MESSAGES, *reads.SERVER_MESSAGES}
    for one in examples:
        decode = reads.decode_client if one["type"] in reads.CLIENT_MESSAGES else reads.decode_server
        assert decode(json.dumps(one)) == reader_protocol.EXAMPLES[one["type"]]
