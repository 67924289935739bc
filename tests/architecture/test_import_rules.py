"""The import rules bite: a forbidden import, planted in a copy of the tree for each contract, is refused by name."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# contract -> (module that gets the line, what it must not import)
PLANTED = {
    "rooms": [
        ("kernel.errors", "hanmaru.floor.epc"),
        ("gateway.reader.link", "hanmaru.central.urls"),
        ("edge.historian.hot", "hanmaru.gateway.errors"),
    ],
    "pure": [("decide.goods", "socket"), ("floor.epc", "pathlib"), ("kernel.errors", "time")],
    "django": [("gateway.reader.line", "django.conf"), ("bus.memory", "django.db"), ("edge.historian.store", "django")],
    "strangers": [("twin.clock", "hanmaru.gateway.errors")],
    "nats": [("central.companies.live", "nats"), ("launch.up", "nats.aio.client"), ("edge.historian.owner", "nats")],
    "drivers": [("gateway.drivers.files.parser", "hanmaru.gateway.drivers.push.messages")],
    "brains": [("decide.goods", "hanmaru.floor.epc")],
    "checker": [("decide.slotting.check.bulk", "hanmaru.decide.slotting.bulk.problem")],
    "checked": [("decide.slotting.kitting.problem", "hanmaru.decide.slotting.check.kitting")],
    "business": [("central.catalog.services", "hanmaru.central.orders.queries")],
    "inside_app": [
        ("central.stock.models", "hanmaru.central.stock.services"),
        ("central.companies.services", "hanmaru.central.companies.views"),
    ],
    "tables_companies": [("central.stock.services", "hanmaru.central.companies.models")],
    "tables_sheets": [("central.orders.queries", "hanmaru.central.sheets.models")],
    "tables_catalog": [("central.orders.services", "hanmaru.central.catalog.models")],
    "tables_stock": [("central.warehouse.services", "hanmaru.central.stock.models")],
    "tables_orders": [("central.warehouse.queries", "hanmaru.central.orders.models")],
    "tables_warehouse": [("central.web.views", "hanmaru.central.warehouse.models")],
    "tables_slotting": [("central.web.views", "hanmaru.central.slotting.models")],
    "tables_plant": [("central.web.views", "hanmaru.central.plant.models")],
}


def contracts() -> dict[str, str]:
    """Answer the contracts of .importlinter: their key and name."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return {
        section.rpartition(":")[2]: parser[section]["name"] for section in parser.sections() if "contract" in section
    }


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--no-cache"],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "300"},
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src",
        tmp_path / "src",
        ignore=lambda _folder, names: [n for n in names if n in ("static", "__pycache__")],
    )
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_every_contract_has_a_planted_import() -> None:
    assert contracts().keys() == PLANTED.keys()


def test_the_tree_as_it_is_keeps_every_contract(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert f"{len(contracts())} kept, 0 broken" in done.stdout


def test_every_planted_import_is_refused_under_its_contract(copy: Path) -> None:
    for plants in PLANTED.values():
        for module, target in plants:
            path = copy / "src" / "hanmaru" / module.replace(".", "/")
            path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            assert path.exists(), path
            path.write_text(f"import {target}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")

    done = lint(copy)

    assert done.returncode == 1
    assert f"0 kept, {len(contracts())} broken" in done.stdout, done.stdout
    refusals = done.stdout.partition("Broken contracts")[2]
    for key, name in contracts().items():
        section = re.split(r"\n[^\n]+\n-{20,}\n", refusals.partition(f"\n{name}\n---")[2])[0]
        for module, target in PLANTED[key]:
            shown = target if target.startswith("hanmaru") else target.partition(".")[0]
            assert f"hanmaru.{module} -> {shown} " in section, (key, section)


def test_a_new_room_needs_a_place_first(copy: Path) -> None:
    room = copy / "src" / "hanmaru" / "utils"
    room.mkdir()
    (room / "__init__.py").write_text('"""Things."""\n')
    done = lint(copy)
    assert done.returncode == 1
    assert "utils" in done.stdout
