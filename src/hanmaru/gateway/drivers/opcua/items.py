"""Which nodes a server watches for us, and in which subscriptions: made, changed, taken over, and kept in a file.

A tag's number is the client handle of its monitored item, so what a subscription delivers can be read whoever made it:
after a restart a new session takes the old subscriptions over (TransferSubscriptions, Part 4, 5.14.7), and nothing that
the server still holds is lost.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from asyncua import ua
from asyncua.ua.uaerrors import UaStatusCodeError

from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.link import Link

log = logging.getLogger(__name__)
KEEPALIVE: Final = 5.0  # seconds after which a server with nothing to say tells that it lives
MOST_KEPT: Final = 100_000  # number of items above which they are not written down: a restart begins anew
_codes = ua.StatusCodes
NO_FILTER: Final = {
    _codes.BadFilterNotAllowed,
    _codes.BadMonitoredItemFilterUnsupported,
    _codes.BadMonitoredItemFilterInvalid,
    _codes.BadDeadbandFilterInvalid,
}
FULL: Final = {_codes.BadTooManyMonitoredItems, _codes.BadOutOfMemory, _codes.BadTooManySubscriptions}


@dataclass(slots=True)
class Watched:
    """One monitored item, and of what it was made."""

    address: str
    sampling: float
    deadband: float
    item: int  # the server's number of it

    def fits(self, tag: Tag) -> bool:
        """Say whether the item still does what the tag asks for."""
        return (self.address, self.sampling, self.deadband) == (tag.address, tag.sampling, tag.deadband)


@dataclass(slots=True)
class Subscription:
    """One subscription at the server. `next`: the sequence number that comes next; None when that is not known.

    `doubted`: it was made over an earlier connection, and has said nothing over this one yet.
    """

    id: int
    items: dict[int, Watched] = field(default_factory=dict)  # by tag
    next: int | None = 1
    doubted: bool = False


@dataclass(slots=True)
class Refused:
    """What could not be watched: by tag, the status code. `full`: tags for which the server had no room."""

    codes: dict[int, int] = field(default_factory=dict)
    unfiltered: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)


class Items:
    """The subscriptions of one source."""

    def __init__(self, link: Link, config: Config) -> None:
        self._link = link
        self._config = config
        self.subscriptions: dict[int, Subscription] = {}
        self.round = 0  # how often they were given up
        self.silence = KEEPALIVE  # seconds after which the server must have said something

    def __len__(self) -> int:
        return sum(len(one.items) for one in self.subscriptions.values())

    def doubt(self) -> None:
        """Expect a sign of life of every subscription there is: the connection is new."""
        for subscription in self.subscriptions.values():
            subscription.doubted = True

    async def take_over(self) -> dict[int, list[int]] | None:
        """Move our subscriptions from an earlier session into this one.

        Answer by subscription which messages the server can send again, or None when not all could be moved.
        """
        wanted = list(self.subscriptions)
        if not wanted:
            return None
        parameters = ua.TransferSubscriptionsParameters(SubscriptionIds=wanted, SendInitialValues=True)
        try:
            results = await self._link.client.uaclient.transfer_subscriptions(parameters)
        except UaStatusCodeError as error:
            log.info("The server moves no subscriptions: %s", error)
            return None
        if not all(result.StatusCode.is_good() for result in results):
            log.info("The server does not move our subscriptions: %s", [result.StatusCode.name for result in results])
            return None
        return {one: list(result.AvailableSequenceNumbers or []) for one, result in zip(wanted, results, strict=True)}

    async def hold(self, tags: Sequence[Tag], nodes: Mapping[int, ua.NodeId]) -> Refused:
        """Make the server watch these tags and no others; items that fit already are left alone."""
        wanted = {tag.id: tag for tag in tags}
        fitting: set[int] = set()
        for subscription in self.subscriptions.values():
            gone = [tag for tag, one in subscription.items.items() if tag not in wanted or not one.fits(wanted[tag])]
            await self._drop(subscription, gone)
            fitting |= subscription.items.keys()
        missing = [tag for tag in tags if tag.id not in fitting]
        refused = Refused()
        while missing:
            subscription = await self._with_room()
            room = max(1, self._config.items - len(subscription.items))
            await self._create(subscription, missing[:room], nodes, refused)
            missing = missing[room:]
        return refused

    async def _with_room(self) -> Subscription:
        for subscription in self.subscriptions.values():
            if len(subscription.items) < self._config.items:
                return subscription
        return await self._subscribe()

    async def _subscribe(self) -> Subscription:
        config = self._config
        request = ua.CreateSubscriptionRequest()
        asked = request.Parameters
        asked.RequestedPublishingInterval = config.publishing * 1000
        asked.RequestedMaxKeepAliveCount = max(1, round(KEEPALIVE / config.publishing))
        asked.RequestedLifetimeCount = max(3 * asked.RequestedMaxKeepAliveCount, round(config.keep / config.publishing))
        asked.MaxNotificationsPerPublish = 20_000
        asked.PublishingEnabled = True
        answer = await self._link.ask(request)
        given = ua.ua_binary.struct_from_binary(ua.CreateSubscriptionResponse, answer)
        given.ResponseHeader.ServiceResult.check()
        told = given.Parameters
        self.silence = max(self.silence, told.RevisedPublishingInterval * told.RevisedMaxKeepAliveCount / 1000)
        made = self.subscriptions[told.SubscriptionId] = Subscription(told.SubscriptionId)
        return made

    async def _drop(self, subscription: Subscription, tags: Sequence[int]) -> None:
        async def ask(block: Sequence[int]) -> list[ua.StatusCode]:
            parameters = ua.DeleteMonitoredItemsParameters(
                SubscriptionId=subscription.id, MonitoredItemIds=[subscription.items[tag].item for tag in block]
            )
            return await self._link.client.uaclient.delete_monitored_items(parameters)

        await self._link.in_blocks("items", tags, ask)
        for tag in tags:
            del subscription.items[tag]

    async def _create(
        self, subscription: Subscription, tags: Sequence[Tag], nodes: Mapping[int, ua.NodeId], refused: Refused
    ) -> None:
        """Add items; those whose deadband the server cannot keep are added without it."""
        results = await self._ask_for(subscription, tags, nodes, filtered=True)
        again = [
            tag
            for tag, result in zip(tags, results, strict=True)
            if result.StatusCode.value in NO_FILTER and tag.deadband
        ]
        if again:
            refused.unfiltered += [tag.id for tag in again]
            second = dict(
                zip(
                    (tag.id for tag in again),
                    await self._ask_for(subscription, again, nodes, filtered=False),
                    strict=True,
                )
            )
            results = [second.get(tag.id, result) for tag, result in zip(tags, results, strict=True)]
        for tag, result in zip(tags, results, strict=True):
            if result.StatusCode.is_good():
                watched = Watched(tag.address, tag.sampling, tag.deadband, result.MonitoredItemId)
                subscription.items[tag.id] = watched
            elif result.StatusCode.value in FULL:
                refused.full.append(tag.id)
            else:
                refused.codes[tag.id] = result.StatusCode.value

    async def _ask_for(
        self, subscription: Subscription, tags: Sequence[Tag], nodes: Mapping[int, ua.NodeId], *, filtered: bool
    ) -> list[ua.MonitoredItemCreateResult]:
        async def ask(block: Sequence[Tag]) -> list[ua.MonitoredItemCreateResult]:
            parameters = ua.CreateMonitoredItemsParameters(
                SubscriptionId=subscription.id,
                TimestampsToReturn=ua.TimestampsToReturn.Both,
                ItemsToCreate=[self._item(tag, nodes[tag.id], filtered=filtered) for tag in block],
            )
            return await self._link.client.uaclient.create_monitored_items(parameters)

        return await self._link.in_blocks("items", tags, ask)

    def _item(self, tag: Tag, node: ua.NodeId, *, filtered: bool) -> ua.MonitoredItemCreateRequest:
        asked = ua.MonitoringParameters(
            ClientHandle=tag.id,
            SamplingInterval=tag.sampling * 1000,
            QueueSize=self._config.queue,
            DiscardOldest=True,
        )
        if filtered and tag.deadband and tag.type != "text":
            asked.Filter = ua.DataChangeFilter(
                Trigger=ua.DataChangeTrigger.StatusValue,
                DeadbandType=int(ua.DeadbandType.Absolute),
                DeadbandValue=tag.deadband,
            )
        return ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.Value),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=asked,
        )

    async def forget(self) -> None:
        """Give all subscriptions up, at the server as well where it still has them."""
        ids, self.subscriptions = list(self.subscriptions), {}
        self.round += 1
        if ids and self._link.connected:
            try:
                await self._link.client.uaclient.delete_subscriptions(ids)
            except UaStatusCodeError as error:
                log.info("The old subscriptions were gone already: %s", error)

    def save(self, folder: Path | None) -> None:
        """Write down which subscriptions there are, for who takes over after a restart."""
        if folder is None:
            return
        path = folder / "subscriptions.json"
        if len(self) > MOST_KEPT:
            path.unlink(missing_ok=True)
            return
        kept = [
            {"id": one.id, "items": {tag: asdict(watched) for tag, watched in one.items.items()}}
            for one in self.subscriptions.values()
        ]
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"url": self._config.url, "silence": self.silence, "subscriptions": kept}))
        fresh.replace(path)

    def recall(self, folder: Path | None) -> None:
        """Read what `save` wrote; what cannot be read is as if it were not there."""
        path = folder / "subscriptions.json" if folder is not None else None
        if path is None or not path.exists():
            return
        try:
            kept = json.loads(path.read_text())
            if kept["url"] != self._config.url:
                return
            self.subscriptions = {
                one["id"]: Subscription(
                    one["id"], {int(tag): Watched(**watched) for tag, watched in one["items"].items()}, None
                )
                for one in kept["subscriptions"]
            }
            self.silence = float(kept["silence"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("The kept subscriptions cannot be read and are not taken over: %r", error)
