"""The gateway's processes: `python -m hanmaru.launch.gateway` is the host, `... FOLDER` one driver instance of it."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.users import site_of_user
from hanmaru.gateway import allowed, instance
from hanmaru.gateway.host import Host
from hanmaru.kernel.errors import Refused
from hanmaru.launch import logs
from hanmaru.launch.house import House
from hanmaru.launch.settings import Settings, load


class UserOfAnotherSite(Refused):
    """The bus lets this gateway in for another site than the one it is to serve."""

    code = "launch.user_of_another_site"
    message = (
        "The bus knows %(user)s for the site %(theirs)s, and this gateway is to serve %(ours)s. "
        "Set HANMARU_SITE=%(theirs)s, or use the address of a user for %(ours)s"
    )


COMMAND = (sys.executable, "-m", "hanmaru.launch.gateway")


def host(settings: Settings) -> None:
    """Run the driver instances of the site until SIGTERM or SIGINT. Raise BadName, UserOfAnotherSite."""
    refuse_user_of_another_site(os.environ["HANMARU_BUS_URL"], settings.node.site)
    logs.configure("gateway", settings.node.log_level)
    folder = House(settings.node.data_dir).folder / "gateway"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ.update(allowed.variable(_folders(settings)))
    asyncio.run(_host(settings, folder))


def refuse_user_of_another_site(url: str, site: str) -> None:
    """Say at the start what the bus would say of every word: its users are bound to their site by name."""
    user = urlsplit(url).username or ""
    theirs = site_of_user(user)
    if theirs is not None and theirs != site:
        raise UserOfAnotherSite(user=user, theirs=theirs, ours=site)


def _folders(settings: Settings) -> list[Path]:
    """Answer the folders whose files pages may name: the one made for it, the virtual plant's, those of the setting."""
    house = House(settings.node.data_dir).folder
    own = house / "machines"
    own.mkdir(exist_ok=True)
    # The links to the virtual plant's serial lines are gone while it does not run: then they point at nothing in /dev.
    return [own, house / "twin" / "oven", house / "twin" / "ports", *map(Path, settings.gateway.folders)]


async def _host(settings: Settings, folder: Path) -> None:
    url = os.environ["HANMARU_BUS_URL"]
    streams = connect_streams(url)
    environment = {**settings.environment(), "HANMARU_BUS_URL": url, **allowed.variable(_folders(settings))}
    try:
        working = asyncio.ensure_future(Host(streams, settings.node.site, folder, environment, COMMAND).run())
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        with suppress(asyncio.CancelledError):
            await working
    finally:
        await streams.close()


def one_instance(settings: Settings, folder: Path) -> None:
    """Run one driver instance."""
    logs.configure(f"gateway {folder.name}", settings.node.log_level)
    asyncio.run(instance.serve(folder, os.environ["HANMARU_BUS_URL"]))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one_instance(load(None, os.environ), Path(sys.argv[1]))
    else:
        host(load(None, os.environ))
