"""The drivers: each a folder, found by its name and imported only when it is asked for.

A folder NAME holds `driver.py` with one class whose `protocol` is NAME (gateway.contract), and `scorecard.toml`
(gateway.scorecard), which also says which schemes of an address the driver takes: `opcua://`, `modbus://`.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, cast
from urllib.parse import parse_qsl, urlsplit

from hanmaru.floor.shapes import WrongShape, describe, give, take
from hanmaru.floor.words import sentence
from hanmaru.gateway import allowed
from hanmaru.gateway.contract import Driver
from hanmaru.gateway.scorecard import Scorecard, read_card
from hanmaru.kernel.errors import Invalid, NotFound

FOLDER: Final = Path(__file__).parent


class NoSuchDriver(NotFound):
    """No driver speaks this protocol or takes this kind of address."""

    code = "gateway.no_such_driver"
    message = "No driver is called %(name)s. There are: %(known)s"


class BadAddress(Invalid):
    """An address of a device from which no configuration can be made."""

    code = "gateway.bad_address"
    message = "%(url)s is no address that the driver %(name)s understands: %(why)s"


class MakesDrivers(Protocol):
    """The class of a driver, as something that makes one of its checked configuration."""

    protocol: str
    config: type[Any]

    def __call__(self, config: Any) -> Driver:
        """Make one instance; it does not reach for the device yet."""


@cache
def names() -> tuple[str, ...]:
    """Answer the names of all drivers, without importing any."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/driver.py")))


def load(name: str) -> MakesDrivers:
    """Answer the class of a driver. Raise NoSuchDriver."""
    if name not in names():
        raise NoSuchDriver(name=name[:64], known=", ".join(names()))
    module = import_module(f"{__name__}.{name}.driver")
    for one in vars(module).values():
        if isinstance(one, type) and one.__module__ == module.__name__ and getattr(one, "protocol", None) == name:
            return cast("MakesDrivers", one)
    raise NoSuchDriver(f"{module.__name__} has no class whose protocol is %(name)s", name=name)


def card(name: str) -> Scorecard:
    """Answer the score card of a driver. Raise NoSuchDriver, BadScorecard."""
    if name not in names():
        raise NoSuchDriver(name=name[:64], known=", ".join(names()))
    return read_card(FOLDER / name / "scorecard.toml")


def make(name: str, config: Mapping[str, object]) -> Driver:
    """Make an instance of a driver from its configuration as JSON. Raise NoSuchDriver, WrongShape, PlaceNotAllowed."""
    kind = load(name)
    checked = take(kind.config, config, "config")
    allowed.check(checked)
    return kind(checked)


def from_url(url: str) -> tuple[str, dict[str, object]]:
    """Answer (driver, configuration) for an address that a person typed. Raise NoSuchDriver, BadAddress.

    Without `from_url` of its own, a configuration with a field `url` gets the address as it stands, any other the
    fields `host`, `port`, `path`, `user` and `password` and whatever follows the question mark.
    """
    scheme = url.partition(":")[0].lower()
    for name in names():
        if scheme in card(name).schemes:
            return name, _configuration(name, url)
    raise NoSuchDriver(
        "No driver takes an address that begins with %(name)s://. There are: %(known)s",
        name=scheme or "nothing",
        known=", ".join(f"{one}://" for name in names() for one in card(name).schemes),
    )


def _configuration(name: str, url: str) -> dict[str, object]:
    shape = load(name).config
    fields = {field: kind for field, kind, _bounds, _words in describe(shape)}
    try:
        if hasattr(shape, "from_url"):
            return give(shape.from_url(url))
        if "url" in fields:
            return {"url": url}
        return _parts(url, fields)
    except ValueError as error:
        raise BadAddress(url=url[:200], name=name, why=error) from error


def _parts(url: str, fields: Mapping[str, str]) -> dict[str, object]:
    parts = urlsplit(url)
    found: dict[str, object] = dict(parse_qsl(parts.query))
    given = {
        "host": parts.hostname,
        "port": parts.port,
        "path": parts.path,
        "user": parts.username,
        "password": parts.password,
    }
    found |= {field: value for field, value in given.items() if value and field in fields}
    for field, value in found.items():
        if field not in fields:
            raise WrongShape(
                field=field,
                problem=sentence("the driver has no such setting; it has %(known)s", known=", ".join(fields)),
            )
        if isinstance(value, str) and fields[field].startswith(("integer", "number")):
            found[field] = int(value) if fields[field].startswith("integer") else float(value)
        elif isinstance(value, str) and fields[field].startswith("true or false"):
            found[field] = value in {"1", "true", "yes"}
    return found
