"""Where heavy search runs: in processes here, or on a Dask or Ray cluster that a setting names. Always through joblib.

The packages of the clusters are not ours to bring: whoever has a cluster installs that of his own.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from hanmaru.kernel.errors import Unavailable
from hanmaru.launch.settings import Compute
from hanmaru.launch.signs import DaskSign, FileSign, RaySign, Sign

LOOK: Final = 0.05  # seconds between two looks whether all shall end
PATIENCE: Final = 2.0  # seconds for a cluster to take the sign


class NoCluster(Unavailable):
    """The cluster that the setting names is not there."""

    code = "launch.no_cluster"
    message = "The cluster %(cluster)s cannot be used: %(why)s. Mend compute.cluster, or set it to local"


def everywhere(
    compute: Compute, task: Callable[..., Any], calls: Iterable[tuple[Any, ...]], stopped: Event | None = None
) -> Iterator[Any]:
    """Call a task with each of the arguments where the setting says; answer what comes back, as it comes.

    The task and its arguments are sent by pickle. Behind the arguments it gets a sign, which it asks whether to end:
    that answers True soon after `stopped` is set here. Raise NoCluster.
    """
    from joblib import Parallel, delayed  # noqa: PLC0415 - half a second, which other commands need not pay

    with _backend(compute) as place, _showing(place.sign, stopped or Event()):
        work = Parallel(
            n_jobs=place.processes,
            batch_size=1,
            pre_dispatch="all",
            return_as="generator_unordered" if place.is_live else "list",
        )
        yield from work(delayed(task)(*arguments, place.sign) for arguments in calls)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where work is done: by how many processes, whether results come one by one, and what asks it to end."""

    processes: int
    is_live: bool
    sign: Sign


@contextmanager
def _showing(sign: Sign, stopped: Event) -> Iterator[None]:
    """Show the sign as soon as `stopped` is set, at the latest when all is over."""
    over = Event()

    def wait() -> None:
        while not stopped.wait(LOOK) and not over.is_set():
            pass
        with suppress(Exception):  # whatever a cluster that has gone away says: then nobody is there to see it
            sign.show()

    thread = Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=PATIENCE)


@contextmanager
def _backend(compute: Compute) -> Iterator[_Place]:
    """Let joblib work there."""
    from joblib import parallel_config  # noqa: PLC0415 - as above

    kind, _, address = compute.cluster.partition(":")
    if kind == "local":
        with tempfile.TemporaryDirectory(prefix="hanmaru-solve-") as folder, parallel_config("loky"):
            yield _Place(compute.processes or max(1, (os.cpu_count() or 2) - 1), True, FileSign(Path(folder)))  # noqa: FBT003
        return
    connect = {"dask": _dask, "ray": _ray}[kind]
    try:
        backend, place, close = connect(address)
    except (ImportError, OSError, TimeoutError, RuntimeError, ValueError) as error:
        raise NoCluster(cluster=compute.cluster, why=str(error).rstrip(".")) from error
    try:
        with parallel_config(**backend):
            yield place
    finally:
        close()


_Connected = tuple[dict[str, Any], _Place, Callable[[], object]]


def _dask(address: str) -> _Connected:
    distributed = import_module("distributed")
    client = distributed.Client(address, timeout=20, set_as_default=False)
    place = _Place(max(1, sum(client.nthreads().values())), is_live=True, sign=DaskSign(client))
    return {"backend": "dask", "client": client}, place, client.close


def _ray(address: str) -> _Connected:
    ray = import_module("ray")
    ray.init(address=address, log_to_driver=False)
    import_module("ray.util.joblib").register_ray()
    place = _Place(max(1, int(ray.cluster_resources().get("CPU", 1))), is_live=False, sign=RaySign(ray))
    return {"backend": "ray"}, place, ray.shutdown
