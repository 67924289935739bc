"""The command line, as far as it needs no services."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hanmaru
from hanmaru.bus.users import Grant
from hanmaru.launch.commands.bus import SiteOfNobody, SiteOfOthers, refuse_sites_of_others
from hanmaru.launch.gateway import UserOfAnotherSite, refuse_user_of_another_site
from hanmaru.launch.house import House
from hanmaru.launch.nats import Grants


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HANMARU_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "hanmaru.launch.cli", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**kept, "COLUMNS": "160", **variables},
    )


def test_it_tells_its_version() -> None:
    assert run("--version").stdout == f"{hanmaru.__version__}\n"


def test_every_command_is_in_the_help() -> None:
    help_page = run("--help").stdout
    commands = (
        "demo",
        "up",
        "web",
        "worker",
        "doctor",
        "verify",
        "import",
        "export",
        "user",
        "reader",
        "bus",
        "simulate",
    )
    assert [name for name in commands if f" {name} " not in help_page] == []


def test_a_bad_setting_is_refused_in_a_sentence(tmp_path: Path) -> None:
    done = run("doctor", HANMARU_WEB_PORT="0", HANMARU_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("The setting web.port must be from 1 to 65535; it is 0.")
    assert "Traceback" not in done.stderr


def test_doctor_names_what_does_not_run_with_its_remedy_and_hides_secrets(tmp_path: Path) -> None:
    secret = "s3cret-" * 6
    done = run("doctor", HANMARU_DATA_DIR=str(tmp_path), HANMARU_SECRET_KEY=secret)
    assert done.returncode == 1
    assert "well   data folder" in done.stdout
    for service in ("hanmaru up", "database", "bus", "pages", "worker"):
        assert f"WRONG  {service}" in done.stdout
    assert "Start the system: hanmaru up" in done.stdout
    assert secret not in done.stdout
    assert "(hidden)" in done.stdout


@pytest.mark.parametrize("command", [("simulate", "fulfilment"), ("import", "online-retail"), ("user",), ("export",)])
def test_a_command_of_central_tells_its_options_without_services(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*command, "--help", HANMARU_DATA_DIR=str(tmp_path))
    assert done.returncode == 0
    assert "usage: hanmaru" in done.stdout
    assert done.stderr == ""


def test_who_uses_a_nats_of_his_own_adds_users_there(tmp_path: Path) -> None:
    given = {"HANMARU_DATA_DIR": str(tmp_path), "HANMARU_BUS_URL": "nats://localhost:4222"}
    done = run("bus", "grant", "device", "seongsu", "press-1", **given)
    assert (done.returncode, "in its configuration" in done.stderr) == (1, True)


def test_a_user_of_the_bus_keeps_his_password_and_goes_when_revoked(tmp_path: Path) -> None:
    grants = Grants(tmp_path / "nats", House(tmp_path).secrets)
    first = grants.add(Grant("device", ("seongsu",), ("meter",), ("seongsu/#",)))
    assert grants.add(Grant("device", ("seongsu",), ("meter",), ("seongsu/+/power",))).password == first.password
    given = {"HANMARU_DATA_DIR": str(tmp_path)}
    listed = run("bus", "list", **given).stdout
    assert listed == "device_seongsu_meter: sites seongsu; sources meter; topics seongsu/+/power\n"
    assert run("bus", "revoke", "device_seongsu_meter", **given).returncode == 0
    assert run("bus", "list", **given).stdout == ""
    assert run("bus", "revoke", "device_seongsu_meter", **given).returncode == 1
    bad = run("bus", "grant", "device", "seongsu", "meter", "--topic", "a b", **given)
    assert (bad.returncode, "no topic" in bad.stderr) == (1, True)


def test_nobody_is_let_in_while_nobody_can_say_whose_the_site_is(tmp_path: Path) -> None:
    given = {"HANMARU_DATA_DIR": str(tmp_path)}
    done = run("bus", "grant", "gateway", "seongsu", "press-1", **given)
    assert (done.returncode, "hanmaru up" in done.stderr) == (1, True)
    assert run("bus", "list", **given).stdout == ""


def test_a_site_is_granted_once_it_is_somebody_s_and_to_its_own_company_alone() -> None:
    owners = {"seongsu": 1, "paju": 1, "mullae": 2}
    refuse_sites_of_others(Grant("company", ("seongsu", "paju"), company="1"), owners)
    refuse_sites_of_others(Grant("device", ("mullae",), ("press-1",)), owners)
    with pytest.raises(SiteOfOthers, match="mullae"):
        refuse_sites_of_others(Grant("company", ("seongsu", "mullae"), company="1"), owners)
    with pytest.raises(SiteOfNobody, match="guro"):
        refuse_sites_of_others(Grant("gateway", ("guro",), ("press-1",)), owners)


def test_a_gateway_that_the_bus_knows_for_another_site_says_so_at_the_start() -> None:
    with pytest.raises(UserOfAnotherSite, match="HANMARU_SITE=paju"):
        refuse_user_of_another_site("nats://gateway_paju:pw@host:4222", "seongsu")
    for url in ("nats://gateway_seongsu:pw@host", "nats://hanmaru:pw@host", "tls://host"):
        refuse_user_of_another_site(url, "seongsu")


def test_a_file_for_another_site_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "plant.toml").write_text('site = "mullae"', encoding="utf-8")
    done = run("gateway", "apply", str(tmp_path / "plant.toml"), HANMARU_SITE="seongsu", HANMARU_DATA_DIR=str(tmp_path))
    assert (done.returncode, "HANMARU_SITE=mullae" in done.stderr) == (1, True)
