"""Which folders the gateway lets connections read."""

from dataclasses import replace
from pathlib import Path

from hanmaru.gateway import allowed
from hanmaru.launch import gateway
from hanmaru.launch.settings import Gateway, Node, Settings


def test_its_own_the_virtual_plant_s_and_those_of_the_setting(tmp_path: Path) -> None:
    settings = Settings(node=Node(data_dir=tmp_path / "data"))
    own, oven = gateway._folders(settings)
    assert own.is_dir()
    assert (own, oven) == (tmp_path / "data" / "machines", tmp_path / "data" / "twin" / "oven")
    named = gateway._folders(replace(settings, gateway=Gateway(folders=("/srv/oven", "/srv/mill"))))
    assert named == [own, oven, Path("/srv/oven"), Path("/srv/mill")]
    assert allowed.variable(named)[allowed.VARIABLE].endswith(":/srv/oven:/srv/mill")
