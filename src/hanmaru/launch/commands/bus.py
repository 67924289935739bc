"""`hanmaru bus`: who from outside may use the embedded bus, and how it is reached."""

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import Console

from hanmaru.bus.server import EmbeddedNats
from hanmaru.bus.users import Grant
from hanmaru.kernel.errors import NotFound, Refused
from hanmaru.launch import nats
from hanmaru.launch.asking import NotRunning
from hanmaru.launch.commands.asked import settings_of
from hanmaru.launch.commands.central import central
from hanmaru.launch.house import House
from hanmaru.launch.settings import Settings

app = typer.Typer(help="Let devices, gateways and companies use the bus, each only its own part of it.")
grant = typer.Typer(help="Let somebody in; prints where and with which password. Again, to see or change it.")
app.add_typer(grant, name="grant")


class OwnBus(Refused):
    """The bus is not ours to configure."""

    code = "launch.own_bus"
    message = "The bus is a NATS server of your own (HANMARU_BUS_URL): add users in its configuration"


class SiteOfNobody(Refused):
    """Nobody is let in under a name that the next company could take."""

    code = "launch.site_of_nobody"
    message = "No company has the site %(site)s. Make it by its plant page or `hanmaru site add`"


class SiteOfOthers(Refused):
    """A company hears its own sites alone."""

    code = "launch.site_of_others"
    message = "The site %(site)s does not belong to company %(company)s. `hanmaru site list` tells whose it is"


class NoSuchUser(NotFound):
    """Nobody of this name was let in."""

    code = "launch.no_such_bus_user"
    message = "Nobody called %(name)s was let in. `hanmaru bus list` tells who was"


@grant.command("device")
def device(
    context: typer.Context,
    site: str,
    source: str,
    topic: Annotated[
        list[str] | None, typer.Option(help="MQTT topic or filter it may use; makes it MQTT only.")
    ] = None,
) -> None:
    """One device: it sends as its source and takes its commands; with topics, over MQTT alone."""
    _let_in(context, Grant("device", (site,), (source,), tuple(topic or ())))


@grant.command("gateway")
def gateway(context: typer.Context, site: str, sources: list[str]) -> None:
    """A gateway on another machine: all of one site, and the commands of the sources named."""
    _let_in(context, Grant("gateway", (site,), tuple(sources)))


@grant.command("company")
def company(context: typer.Context, number: str, sites: list[str]) -> None:
    """A company's own programs, by its number: they hear and ask on its sites and may send commands there."""
    _let_in(context, Grant("company", tuple(sites), company=number))


@app.command("list")
def list_users(context: typer.Context) -> None:
    """Tell who was let in, without passwords."""
    console = Console(highlight=False)
    for one in _grants(settings_of(context)).all():
        words = [f"sites {', '.join(one.sites)}"]
        words += [f"sources {', '.join(one.sources)}"] if one.sources else []
        words += [f"topics {', '.join(one.topics)}"] if one.topics else []
        console.print(f"{one.user}: {'; '.join(words)}", markup=False)


@app.command("revoke")
def revoke(context: typer.Context, user: str) -> None:
    """Let a user in no longer; a connection it has is ended."""
    settings = settings_of(context)
    if not _grants(settings).remove(user):
        raise NoSuchUser(name=user)
    if (running := _running(settings)) is not None:
        running.reload()


def refuse_sites_of_others(wanted: Grant, owners: Mapping[str, int]) -> None:
    """Refuse a grant on a site that nobody has, or to a company on another's; `owners` are companies by site.

    Raise SiteOfNobody, SiteOfOthers.
    """
    for site in wanted.sites:
        if site not in owners:
            raise SiteOfNobody(site=site)
        if wanted.kind == "company" and str(owners[site]) != wanted.company:
            raise SiteOfOthers(site=site, company=wanted.company)


def _owners(settings: Settings) -> dict[str, int]:
    """Answer which company each site belongs to. Raise NotRunning: who owns what stands in the database."""
    if House(settings.node.data_dir).announced() is None:
        raise NotRunning(folder=settings.node.data_dir)
    with central(settings):
        from hanmaru.central.plant.queries import every_site  # noqa: PLC0415 - Django is set up by now

        return {site.name: company for company, site in every_site()}


def _let_in(context: typer.Context, wanted: Grant) -> None:
    settings = settings_of(context)
    grants = _grants(settings)
    refuse_sites_of_others(wanted, _owners(settings))
    user = grants.add(wanted)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"user      {user.name}\npassword  {user.password}", markup=False)
    if (running := _running(settings)) is None:
        raise NotRunning(folder=settings.node.data_dir)
    running.reload()
    if not user.only_mqtt:
        console.print(f"bus       {running.url_of(user)}\nwebsocket {running.websocket_url}", markup=False)
    console.print(f"MQTT      {running.mqtt_url}", markup=False)


def _grants(settings: Settings) -> nats.Grants:
    if settings.bus.url:
        raise OwnBus
    house = House(settings.node.data_dir)
    return nats.Grants(house.folder / "nats", house.secrets)


def _running(settings: Settings) -> EmbeddedNats | None:
    house = House(settings.node.data_dir)
    announced = house.announced()
    if announced is None:
        return None
    return nats.running_nats(house.folder / "nats", house.secrets, settings.bus, announced)
