"""Who may say and hear what on the embedded server. One trust zone for the house; what comes from outside is fenced.

Central and the house's own processes are one user without bounds. Everybody else speaks under the name of a site, and
sites are told apart by their name, which belongs to one company: whoever holds the credential of a device, a gateway or
a company can neither read nor write the subjects, streams and keys of another's sites.

Reading from a stream goes over subjects of JetStream's API that name the filter; these are allowed one by one. Source:
NATS documentation, "Authorization" and ADR-15, subject `$JS.API.CONSUMER.CREATE.<stream>.<consumer>.<filter>`.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from hanmaru.bus.floor_streams import COMMANDS, place_of_commands
from hanmaru.bus.mqtt import subjects_of_topic
from hanmaru.floor.subjects import NAME, BadName
from hanmaru.kernel.errors import Invalid

Kind = Literal["device", "gateway", "company"]
COMPANY: Final = re.compile(r"[1-9][0-9]{0,8}")


class BadGrant(Invalid):
    """What is asked for cannot be granted."""

    code = "bus.bad_grant"
    message = "%(why)s"


@dataclass(frozen=True, slots=True)
class Grant:
    """A right to come in.

    `device`: one source of one site; with topics it speaks MQTT and nothing else. `gateway`: all of one site, with its
    configuration. `company`: hears and asks on all its sites and may send them commands; `company` is its number.
    Raise BadName, BadGrant.
    """

    kind: Kind
    sites: tuple[str, ...]
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    company: str = ""

    def __post_init__(self) -> None:
        for name in (*self.sites, *self.sources):
            if not NAME.fullmatch(name):
                raise BadName(name=name[:80])
        if self.kind == "company":
            if not COMPANY.fullmatch(self.company) or not self.sites:
                raise BadGrant(why="Name the company by its number, and at least one of its sites")
        elif len(self.sites) != 1:
            raise BadGrant(why="Name one site; a device or a gateway stands in one")
        if self.kind == "device" and len(self.sources) != 1:
            raise BadGrant(why="Name the one source that the device is")
        for topic in self.topics:
            subjects_of_topic(topic)

    @property
    def user(self) -> str:
        """Answer the name under which it logs in; sites and sources have no `_`, so no two are the same."""
        if self.kind == "company":
            return f"company_{self.company}"
        return "_".join((self.kind, self.sites[0], *(self.sources if self.kind == "device" else ())))


def site_of_user(name: str) -> str | None:
    """Answer the one site that a user of this name may speak under; None for who is not bound to one."""
    kind, _, rest = name.partition("_")
    return rest.partition("_")[0] if kind in {"device", "gateway"} and rest else None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in. Without lists of subjects everything is allowed."""

    name: str
    password: str = field(repr=False)
    publish: tuple[str, ...] | None = None
    subscribe: tuple[str, ...] | None = None
    only_mqtt: bool = False

    def configuration(self) -> dict[str, Any]:
        """Answer the entry of the server's configuration."""
        entry: dict[str, Any] = {"user": self.name, "password": self.password}
        if self.publish is not None and self.subscribe is not None:
            entry["permissions"] = {"publish": {"allow": self.publish}, "subscribe": {"allow": self.subscribe}}
        if self.only_mqtt:
            entry["allowed_connection_types"] = ["MQTT"]
        return entry


def user_of(grant: Grant, password: str) -> User:
    """Answer the user of a grant, with exactly the subjects that it needs."""
    name = grant.user
    inbox = f"_INBOX.{name}.>"
    if grant.kind == "company":
        say = [word for site in grant.sites for word in (f"floor.{site}.commands.>", f"floor.{site}.ask.>")]
        return User(name, password, tuple(say), (inbox, *(f"floor.{site}.>" for site in grant.sites)))
    [site] = grant.sites
    pulls = [word for source in grant.sources for word in _pulls_commands(site, source)]
    if grant.kind == "gateway":
        return User(name, password, (f"floor.{site}.>", *pulls, *_keys(f"plant-{site}")), (inbox, f"floor.{site}.>"))
    [source] = grant.sources
    topics = [subject for topic in grant.topics for subject in subjects_of_topic(topic)]
    says = [f"floor.{site}.{what}.{source}" for what in ("readings", "events", "outcomes", "states")]
    hears = [inbox, f"floor.{site}.commands.{source}"]
    if not topics:
        return User(name, password, (*says, *pulls), tuple(hears))
    # The server hands over what was subscribed with QoS 1 under a subject of its own, which no MQTT client can ask for
    # itself. Every other client could, and would hear the devices of all companies: so this user is for MQTT alone.
    return User(name, password, (*says, *topics), (*hears, *topics, "$MQTT.sub.>"), only_mqtt=True)


def _pulls_commands(site: str, source: str) -> list[str]:
    durable = place_of_commands(site, source)
    return [
        f"$JS.API.CONSUMER.INFO.{COMMANDS}.{durable}",
        f"$JS.API.CONSUMER.CREATE.{COMMANDS}.{durable}.floor.{site}.commands.{source}",
        f"$JS.API.CONSUMER.MSG.NEXT.{COMMANDS}.{durable}",
        f"$JS.ACK.{COMMANDS}.{durable}.>",
    ]


def _keys(bucket: str) -> list[str]:
    stream = f"KV_{bucket}"
    return [
        f"$KV.{bucket}.>",
        f"$JS.API.STREAM.CREATE.{stream}",
        f"$JS.API.STREAM.INFO.{stream}",
        f"$JS.API.STREAM.MSG.GET.{stream}",
        f"$JS.API.DIRECT.GET.{stream}.>",
        f"$JS.API.CONSUMER.CREATE.{stream}",
        f"$JS.API.CONSUMER.CREATE.{stream}.>",
        f"$JS.API.CONSUMER.INFO.{stream}.>",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.>",
        f"$JS.API.CONSUMER.DELETE.{stream}.>",
        f"$JS.FC.{stream}.>",
    ]
