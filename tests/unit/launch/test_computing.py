"""Work is spread over processes here, over a Dask and over a Ray cluster, all by the one setting."""

import time
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from threading import Event, Thread

import pytest

from hanmaru.decide.slotting.check.bulk import check_bulk
from hanmaru.decide.slotting.formats import bulk
from hanmaru.decide.slotting.generate import generate_bulk
from hanmaru.launch.computing import NoCluster, everywhere
from hanmaru.launch.settings import BadSetting, Compute
from hanmaru.launch.solving import Run, Search

CALLS = [(float(number),) for number in range(6)]


def root(number: float, _sign: object) -> float:
    """What is worked out elsewhere."""
    return sqrt(number)


def until_told(folder: str, number: int, sign: Callable[[], bool]) -> int:
    """Tell that this has begun, and go on until it is asked to end."""
    (Path(folder) / str(number)).touch()
    while not sign():
        time.sleep(0.01)
    return number


def stopped(compute: Compute, folder: Path) -> None:
    """Work without an end ends everywhere once it is stopped here, and hands in what it has."""
    folder.mkdir()
    stop, back = Event(), []
    calls = [(str(folder), number) for number in range(2)]
    work = Thread(target=lambda: back.extend(everywhere(compute, until_told, calls, stop)), daemon=True)
    work.start()
    while len(list(folder.iterdir())) < 2 and work.is_alive():
        time.sleep(0.05)
    assert back == []
    stop.set()
    work.join(timeout=600)
    assert sorted(back) == [0, 1]


ANSWERS = sorted(sqrt(number) for (number,) in CALLS)


def searched(compute: Compute) -> None:
    """Search from three seeds by a method that proves nothing: all of them hand in, and the best is taken."""
    strip = generate_bulk("sparse-6", 1)
    run = Run(Search("bulk", strip, "ga", 120, seed=5, starts=3), compute)
    plan = run.to_the_end(lambda _progress: None)
    assert run.troubles == []
    assert sorted(one.seed for one in run.plans) == [5, 6, 7]
    assert plan.objective == min(one.objective for one in run.plans)
    assert check_bulk(strip, bulk.plan_document(plan)).ok


@pytest.mark.long
@pytest.mark.timeout(900)  # a cluster of its own starts slowly on a busy machine
def test_seeds_are_searched_in_processes_here(tmp_path: Path) -> None:
    searched(Compute(processes=2))
    stopped(Compute(processes=2), tmp_path / "here")


def test_here_results_come_back_from_processes() -> None:
    assert sorted(everywhere(Compute(processes=2), root, CALLS)) == ANSWERS


@pytest.mark.parametrize("cluster", ["", "dask", "dask:", "slurm:host", "ray: host", "local:2"])
def test_a_cluster_of_another_kind_is_refused(cluster: str) -> None:
    with pytest.raises(BadSetting, match=r"compute\.cluster must be local, dask:ADDRESS or ray:ADDRESS"):
        Compute(cluster=cluster)


@pytest.mark.long
@pytest.mark.timeout(900)  # a cluster of its own starts slowly on a busy machine
def test_a_dask_cluster_takes_the_work_and_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        there = Compute(cluster=f"dask:{cluster.scheduler_address}")
        assert sorted(everywhere(there, root, CALLS)) == ANSWERS
        searched(there)
        stopped(there, tmp_path / "there")
    with pytest.raises(NoCluster, match="dask:nonsense"):
        list(everywhere(Compute(cluster="dask:nonsense://nowhere:1"), root, CALLS))


@pytest.mark.long
@pytest.mark.timeout(900)  # a cluster of its own starts slowly on a busy machine
def test_a_ray_cluster_takes_the_work_and_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert sorted(everywhere(Compute(cluster="ray:local"), root, CALLS)) == ANSWERS
    searched(Compute(cluster="ray:local"))
    stopped(Compute(cluster="ray:local"), tmp_path / "there")
    with pytest.raises(NoCluster, match="ray:nonsense"):
        list(everywhere(Compute(cluster="ray:nonsense"), root, CALLS))
