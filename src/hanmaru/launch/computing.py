"""Where heavy search runs: in processes here, or on a Dask or Ray cluster that a setting names. Always through joblib.

The packages of the clusters are not ours to bring: whoever has a cluster installs that of his own.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from hanmaru.kernel.errors import Unavailable
from hanmaru.launch.settings import Compute


class NoCluster(Unavailable):
    """The cluster that the setting names is not there."""

    code = "launch.no_cluster"
    message = "The cluster %(cluster)s cannot be used: %(why)s. Mend compute.cluster, or set it to local"


def everywhere(compute: Compute, task: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
    """Call a task with each of the arguments where the setting says; answer what comes back, as it comes.

    The task and its arguments are sent by pickle. Raise NoCluster.
    """
    from joblib import Parallel, delayed  # noqa: PLC0415 - half a second, which other commands need not pay

    with _backend(compute) as (processes, is_live):
        work = Parallel(
            n_jobs=processes,
            batch_size=1,
            pre_dispatch="all",
            return_as="generator_unordered" if is_live else "list",
        )
        yield from work(delayed(task)(*arguments) for arguments in calls)


@contextmanager
def _backend(compute: Compute) -> Iterator[tuple[int, bool]]:
    """Let joblib work there; answer how many processes there are, and whether results come one by one."""
    from joblib import parallel_config  # noqa: PLC0415 - as above

    kind, _, address = compute.cluster.partition(":")
    if kind == "local":
        with parallel_config("loky"):
            yield compute.processes or max(1, (os.cpu_count() or 2) - 1), True
        return
    connect = {"dask": _dask, "ray": _ray}[kind]
    try:
        cluster = connect(address)
        backend, processes, close = cluster
    except (ImportError, OSError, TimeoutError, RuntimeError, ValueError) as error:
        raise NoCluster(cluster=compute.cluster, why=str(error).rstrip(".")) from error
    try:
        with parallel_config(**backend):
            yield processes, kind == "dask"
    finally:
        close()


def _dask(address: str) -> tuple[dict[str, Any], int, Callable[[], object]]:
    distributed = import_module("distributed")
    client = distributed.Client(address, timeout=20, set_as_default=False)
    return {"backend": "dask", "client": client}, max(1, sum(client.nthreads().values())), client.close


def _ray(address: str) -> tuple[dict[str, Any], int, Callable[[], object]]:
    ray = import_module("ray")
    ray.init(address=address, log_to_driver=False)
    import_module("ray.util.joblib").register_ray()
    return {"backend": "ray"}, max(1, int(ray.cluster_resources().get("CPU", 1))), ray.shutdown
