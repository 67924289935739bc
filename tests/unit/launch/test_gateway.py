"""Which folders the gateway lets connections read."""

from dataclasses import replace
from pathlib import Path

from hanmaru.gateway import allowed
from hanmaru.launch import gateway
from hanmaru.launch.settings import Gateway, Node, Settings


def test_its_own_the_virtual_plant_s_and_those_of_the_setting(tmp_path: Path) -> None:
    settings = Settings(node=Node(data_dir=tmp_path / "data"))
    own, oven, ports = gateway._folders(settings)
    assert own.is_dir()
    twin = tmp_path / "data" / "twin"
    assert (own, oven, ports) == (tmp_path / "data" / "machines", twin / "oven", twin / "ports")
    named = gateway._folders(replace(settings, gateway=Gateway(folders=("/srv/oven", "/srv/mill"))))
    assert named == [own, oven, ports, Path("/srv/oven"), Path("/srv/mill")]
    assert allowed.variable(named)[allowed.VARIABLE].endswith(":/srv/oven:/srv/mill")
