"""Work is spread over processes here, over a Dask and over a Ray cluster, all by the one setting."""

from math import sqrt

import pytest

from hanmaru.decide.slotting.check.bulk import check_bulk
from hanmaru.decide.slotting.formats import bulk
from hanmaru.decide.slotting.generate import generate_bulk
from hanmaru.launch.computing import NoCluster, everywhere
from hanmaru.launch.settings import BadSetting, Compute
from hanmaru.launch.solving import Run, Search

CALLS = [(float(number),) for number in range(6)]
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
def test_seeds_are_searched_in_processes_here() -> None:
    searched(Compute(processes=2))


def test_here_results_come_back_from_processes() -> None:
    assert sorted(everywhere(Compute(processes=2), sqrt, CALLS)) == ANSWERS


@pytest.mark.parametrize("cluster", ["", "dask", "dask:", "slurm:host", "ray: host", "local:2"])
def test_a_cluster_of_another_kind_is_refused(cluster: str) -> None:
    with pytest.raises(BadSetting, match=r"compute\.cluster must be local, dask:ADDRESS or ray:ADDRESS"):
        Compute(cluster=cluster)


@pytest.mark.long
@pytest.mark.timeout(900)  # a cluster of its own starts slowly on a busy machine
def test_a_dask_cluster_takes_the_work_and_one_that_is_not_there_is_named() -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        there = Compute(cluster=f"dask:{cluster.scheduler_address}")
        assert sorted(everywhere(there, sqrt, CALLS)) == ANSWERS
        searched(there)
    with pytest.raises(NoCluster, match="dask:nonsense"):
        list(everywhere(Compute(cluster="dask:nonsense://nowhere:1"), sqrt, CALLS))


@pytest.mark.long
@pytest.mark.timeout(900)  # a cluster of its own starts slowly on a busy machine
def test_a_ray_cluster_takes_the_work_and_one_that_is_not_there_is_named() -> None:
    assert sorted(everywhere(Compute(cluster="ray:local"), sqrt, CALLS)) == ANSWERS
    searched(Compute(cluster="ray:local"))
    with pytest.raises(NoCluster, match="ray:nonsense"):
        list(everywhere(Compute(cluster="ray:nonsense"), sqrt, CALLS))
