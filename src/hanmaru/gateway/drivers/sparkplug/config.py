"""How to reach the edge nodes of Sparkplug B."""

import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from hanmaru.floor.shapes import WrongShape, told
from hanmaru.gateway.broker import BrokerConfig
from hanmaru.gateway.drivers.sparkplug.edge_node import Patience

_NAME: Final = re.compile(r"[^/+#\0]{1,120}")
_SCHEMES: Final = {"sparkplug": "mqtt", "sparkplugs": "mqtts"}


@dataclass(frozen=True)
class SparkplugConfig(BrokerConfig):
    """A broker, the groups of edge nodes behind it, and how patient to be with them."""

    groups: tuple[str, ...] = told("Group ids to listen to; empty for all.", longest=120, most=50, default=())
    nodes: tuple[str, ...] = told(
        "Edge nodes, `group/node`, that are asked for their birth at once: one that is silent is not heard otherwise.",
        longest=250,
        most=1_000,
        default=(),
    )
    host_id: str = told(
        "Host id under which we tell nodes that we listen (STATE); empty to keep quiet.", longest=120, default="hanmaru"
    )
    gap_seconds: float = told(
        "How long a missing message is waited for before its gap is told.", low=0.1, high=60, default=2.0
    )
    birth_seconds: float = told(
        "How long a node or device may take to be born; then its tags are bad.", low=1, high=600, default=10.0
    )
    rebirth_seconds: float = told(
        "Least pause between two requests of a birth; it doubles, up to ten minutes.", low=1, high=600, default=5.0
    )
    answer_seconds: float = told(
        "How long a node may take to report the value that a command has set.", low=0.5, high=120, default=10.0
    )
    look_seconds: float = told("How long browsing listens for what is there.", low=0.5, high=60, default=4.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        for field, names in (("groups", self.groups), ("host_id", (self.host_id,) if self.host_id else ())):
            if not all(_NAME.fullmatch(name) for name in names):
                raise WrongShape(field=f"config.{field}", problem="ids of Sparkplug are texts without / + and #")

        for node in self.nodes:
            if len(steps := node.split("/")) != 2 or not all(map(_NAME.fullmatch, steps)):
                raise WrongShape(field="config.nodes", problem="write group/node")

    @property
    def patience(self) -> Patience:
        """Answer the same for the state of a node."""
        return Patience(gap=self.gap_seconds, birth=self.birth_seconds, rebirth=self.rebirth_seconds)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make one of `sparkplug://user:password@host:1883/group/node`, node and group optional. Raise WrongShape."""
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES:
            raise WrongShape(field="config.url", problem="write sparkplug://host:1883/group")
        group, _, node = unquote(parts.path.strip("/")).partition("/")
        return cls(
            url=f"{_SCHEMES[parts.scheme]}://{parts.netloc.rpartition('@')[2]}",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            groups=(group,) if group else (),
            nodes=(f"{group}/{node}",) if node else (),
        )
