"""Work is spread over processes here, over a Dask and over a Ray cluster, all by the one setting."""

from math import sqrt

import pytest

from hanmaru.launch.computing import NoCluster, everywhere
from hanmaru.launch.settings import BadSetting, Compute

CALLS = [(float(number),) for number in range(6)]
ANSWERS = sorted(sqrt(number) for (number,) in CALLS)


def test_here_results_come_back_from_processes() -> None:
    assert sorted(everywhere(Compute(processes=2), sqrt, CALLS)) == ANSWERS


@pytest.mark.parametrize("cluster", ["", "dask", "dask:", "slurm:host", "ray: host", "local:2"])
def test_a_cluster_of_another_kind_is_refused(cluster: str) -> None:
    with pytest.raises(BadSetting, match=r"compute\.cluster must be local, dask:ADDRESS or ray:ADDRESS"):
        Compute(cluster=cluster)


@pytest.mark.long
def test_a_dask_cluster_takes_the_work_and_one_that_is_not_there_is_named() -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        assert sorted(everywhere(Compute(cluster=f"dask:{cluster.scheduler_address}"), sqrt, CALLS)) == ANSWERS
    with pytest.raises(NoCluster, match="dask:nonsense"):
        list(everywhere(Compute(cluster="dask:nonsense://nowhere:1"), sqrt, CALLS))


@pytest.mark.long
def test_a_ray_cluster_takes_the_work_and_one_that_is_not_there_is_named() -> None:
    assert sorted(everywhere(Compute(cluster="ray:local"), sqrt, CALLS)) == ANSWERS
    with pytest.raises(NoCluster, match="ray:nonsense"):
        list(everywhere(Compute(cluster="ray:nonsense"), sqrt, CALLS))
