"""Sets nodes and calls methods, and says what came of it: read back, and in words where the server said no."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any, Final

from asyncua import ua
from asyncua.common.ua_utils import data_type_to_variant_type
from asyncua.ua.uaerrors import UaError, UaStatusCodeError

from hanmaru.floor.command import Command, Outcome, Result
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.opcua.faults import words
from hanmaru.gateway.drivers.opcua.link import Link
from hanmaru.gateway.drivers.opcua.values import Unfit, plain_of, same, variant_for
from hanmaru.gateway.errors import Reconfigure, Retry, Stop

LOOKS: Final = (0.0, 0.02, 0.05, 0.1, 0.3, 0.5, 1.0)  # pauses before each look whether the server has it
_codes = ua.StatusCodes
# Codes after which nobody can say whether the server did it.
OPEN: Final = {_codes.BadTimeout, _codes.BadConnectionClosed, _codes.BadSecureChannelClosed, _codes.BadRequestTimeout}


async def carry_out(link: Link, command: Command, tag: Tag | None) -> Outcome:  # noqa: PLR0911 - one for each end
    """Do what a command says. Never raises for what server or network do: that is an outcome."""
    try:
        if command.program is not None:
            return await _call(link, command)
        if tag is None:
            return _outcome(command, "refused", "there is no such tag")
        return await _set(link, command, tag)
    except (Unfit, ValueError) as error:
        return _outcome(command, "refused", str(error))
    except UaStatusCodeError as error:
        return _outcome(command, "unknown" if error.code in OPEN else "refused", words(error.code))
    except (Retry, Reconfigure, Stop) as error:
        return _outcome(command, "failed", str(error))
    except (OSError, TimeoutError, UaError) as error:
        return _outcome(command, "unknown", f"{str(error) or 'no answer in time'}: look at the machine")


def _outcome(command: Command, result: Result, reason: str = "", read_back: float | None = None) -> Outcome:
    return Outcome(command.id, result, datetime.now(UTC), reason[:500], read_back)


async def _set(link: Link, command: Command, tag: Tag) -> Outcome:
    node = link.client.get_node(link.node(tag.address))
    before = await node.read_data_value(raise_on_bad_status=False)
    kind, array = await _kind(node, before)
    wanted = variant_for(command.number, command.text, kind, array=array)
    # Without time and status: many servers refuse a value that brings its own (BadWriteNotSupported).
    (status,) = await link.client.uaclient.session.write_attributes(
        [node.nodeid], [ua.DataValue(Value=wanted, StatusCode=None)]
    )
    if not status.is_good():
        return _outcome(command, "refused", words(status.value))
    found = before
    for pause in LOOKS:
        await asyncio.sleep(pause)
        found = await node.read_data_value(raise_on_bad_status=False)
        if found.Value is not None and same(wanted, found.Value):
            return _outcome(command, "done", read_back=plain_of(found.Value).number)
    now = plain_of(found.Value) if found.Value is not None else None
    said = "nothing" if now is None else now.text if now.number is None else f"{now.number:.10g}"
    words_ = f"the server took the value, but says {str(said)[:100]} when asked: look at the machine"
    return _outcome(command, "failed", words_, now.number if now else None)


async def _kind(node: Any, before: ua.DataValue) -> tuple[ua.VariantType, bool]:
    """Answer type and whether it is an array: of the value that is there, else as declared."""
    value = before.Value
    if value is not None and value.VariantType not in {None, ua.VariantType.Null}:
        return value.VariantType, bool(value.is_array)
    rank = await node.read_value_rank()
    return await node.read_data_type_as_variant_type(), int(rank) >= 0


async def _call(link: Link, command: Command) -> Outcome:
    """Call the method whose node id the program names, on the object that it belongs to."""
    method = link.client.get_node(link.node(command.program or ""))
    owner = await method.get_parent()
    if owner is None:
        return _outcome(command, "refused", "the method belongs to no object")
    arguments = await _arguments(link, method, command.arguments)
    request = ua.CallMethodRequest(ObjectId=owner.nodeid, MethodId=method.nodeid, InputArguments=arguments)
    (result,) = await link.client.uaclient.call([request])
    if not result.StatusCode.is_good():
        return _outcome(command, "refused", words(result.StatusCode.value))
    answers = [plain_of(one) for one in result.OutputArguments or []]
    shown = [one.text if one.number is None else one.number for one in answers]
    number = next((one.number for one in answers if one.number is not None), None)
    return _outcome(command, "done", json.dumps(shown, ensure_ascii=False) if shown else "", number)


async def _arguments(link: Link, method: Any, given: tuple[str, ...]) -> list[ua.Variant]:
    """Make the arguments of a method of texts, by the types that the method declares. Raise Unfit."""
    declared: list[Any] = []
    for one in await method.get_properties():
        if (await one.read_browse_name()).Name == "InputArguments":
            declared = await one.read_value() or []
    if len(given) != len(declared):
        names = ", ".join(str(one.Name) for one in declared) or "none"
        raise Unfit(f"the method takes {len(declared)} arguments ({names}), {len(given)} were given")
    made = []
    for text, one in zip(given, declared, strict=True):
        kind = await data_type_to_variant_type(link.client.get_node(one.DataType))
        try:
            made.append(variant_for(None, text, kind, array=one.ValueRank >= 0))
        except Unfit as error:
            raise Unfit(f"argument {one.Name}: {error}") from error
    return made
