"""Which topics are read, and how."""

from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from hanmaru.floor.shapes import WrongShape, told
from hanmaru.gateway.broker import BrokerConfig
from hanmaru.gateway.drivers.mqtt.topics import compile_pattern


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _require(holds: bool, field: str, problem: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise WrongShape(field=f"config.{field}", problem=problem)


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """Topics that are alike: a pattern, and where in their payload the time stands."""

    pattern: str = told("Such as `plant/{line}/{machine}/{name}`; `{rest*}` takes all levels left.", longest=300)
    time: str = told("JSON pointer to the time of the value, such as `/ts`; empty for none.", longest=200, default="")
    time_format: str = told(
        "`iso`, `seconds`, `milliseconds`, `microseconds`, or a format such as `%Y-%m-%d %H:%M:%S`.",
        longest=60,
        default="iso",
    )
    zone: str = told("Time zone of times that name none.", longest=60, default="UTC")

    def __post_init__(self) -> None:
        try:
            compile_pattern(self.pattern)
        except ValueError as error:
            raise WrongShape(field="config.topics.pattern", problem=str(error)) from error
        _require(not self.time or self.time.startswith("/"), "topics.time", "a JSON pointer begins with /")
        known = self.time_format in {"iso", "seconds", "milliseconds", "microseconds"} or "%" in self.time_format
        _require(known, "topics.time_format", "give iso, seconds, milliseconds, microseconds or a format with %")
        _require(_is_zone(self.zone), "topics.zone", "give a name of the tz database, such as Asia/Seoul")


@dataclass(frozen=True)
class MqttConfig(BrokerConfig):
    """A broker and the topics that are read there."""

    topics: tuple[TopicConfig, ...] = told("The topics, by pattern.", most=100, default=(TopicConfig("{all*}"),))
    qos: int = told("Quality of service of the subscription, 0 to 2.", low=0, high=2, default=1)
    persistent: bool = told(
        "Let the broker keep what comes while we are away (QoS 1 and 2); needs a client id.", default=False
    )
    quiet_seconds: float = told(
        "How long a tag's topic may be silent at the start; then the tag is bad.", low=0.5, high=86_400, default=30.0
    )
    look_seconds: float = told("How long browsing listens.", low=0.2, high=60, default=3.0)
    set_topic: str = told(
        "Where a command goes, such as `{topic}/set`; empty: nothing can be set.", longest=300, default=""
    )
    set_payload: str = told("What is sent, with `{value}`.", longest=1_000, default="{value}")
    set_qos: int = told("Quality of service of a command.", low=0, high=2, default=1)
    set_retain: bool = told("Let the broker keep the command for a device that comes later.", default=False)
    confirm: Literal["value", "message", "none"] = told(
        "`value`: done when the confirmation carries the value. `message`: when any comes. `none`: never known.",
        default="value",
    )
    confirm_topic: str = told(
        "Where it is confirmed, such as `{topic}/ack`; empty: the tag's own topic.", longest=300, default=""
    )
    confirm_seconds: float = told("How long the confirmation may take.", low=0.1, high=600, default=10.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(bool(self.topics), "topics", "give at least one pattern")
        _require(not self.persistent or bool(self.client_id), "client_id", "a persistent session needs one")
        for name in ("set_topic", "confirm_topic"):
            left = getattr(self, name).replace("{topic}", "")
            _require(not set(left) & set("{}+#\0"), name, "write a topic; {topic} stands for that of the tag")
        _require("{value}" in self.set_payload, "set_payload", "name {value}")

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make one of `mqtt://user:password@host:1883/plant`: all topics below that level. Raise WrongShape."""
        parts = urlsplit(url)
        level = unquote(parts.path.strip("/"))
        return cls(
            url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            topics=(TopicConfig(f"{level}/{{all*}}" if level else "{all*}"),),
        )
