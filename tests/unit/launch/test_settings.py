"""Settings from a file and from variables."""

from pathlib import Path

import pytest

from hanmaru.launch.settings import BadSetting, Settings, UnknownSetting, UnreadableSettings, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hanmaru.toml"


def test_nothing_said_is_the_default() -> None:
    assert load(None, {}) == Settings()


def test_a_variable_overrides_the_file_and_the_file_the_default(file: Path) -> None:
    file.write_text(
        '[web]\nport = 9000\nprocesses = 3\nallowed_hosts = ["a.kr", "b.kr"]\n[node]\ndata_dir = "/srv/h"\n'
    )
    settings = load(file, {"HANMARU_WEB_PORT": "9100", "HANMARU_DEBUG": "1"})
    assert (settings.web.port, settings.web.processes) == (9100, 3)
    assert settings.web.allowed_hosts == ("a.kr", "b.kr")
    assert settings.node.data_dir == Path("/srv/h")
    assert settings.node.debug is True


def test_a_child_gets_the_same_settings_by_variables(file: Path) -> None:
    file.write_text('[web]\nport = 9000\nallowed_hosts = ["a.kr", "b.kr"]\n[node]\ntime_zone = "Europe/Berlin"\n')
    settings = load(file, {})
    assert load(None, settings.environment()) == settings


@pytest.mark.parametrize(
    ("section", "line", "said"),
    [
        ("web", "port = 0", r"web\.port must be from 1 to 65535; it is 0"),
        ("web", 'port = "many"', r"web\.port must be a whole number; it is 'many'. Change it in .*toml"),
        ("web", "processes = true", r"web\.processes must be a whole number"),
        ("web", 'public_url = "example.kr"', r"web\.public_url must be empty, or begin with http"),
        ("node", 'time_zone = "Seoul"', r"node\.time_zone must be a name of the tz database"),
        ("node", 'log_level = "LOUD"', r"node\.log_level must be one of DEBUG"),
        ("database", 'url = "postgresql://x"', r"database\.owner_url must be given together"),
        ("bus", 'url = "http://x"', r"bus\.url must be empty or begin with nats"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_the_bound(file: Path, section: str, line: str, said: str) -> None:
    file.write_text(f"[{section}]\n{line}\n")
    with pytest.raises(BadSetting, match=said):
        load(file, {})


def test_a_bad_variable_is_named() -> None:
    with pytest.raises(BadSetting, match="the variable HANMARU_WEB_PORT"):
        load(None, {"HANMARU_WEB_PORT": "-1"})


@pytest.mark.parametrize("text", ["[web]\nprot = 1\n", "[wbe]\nport = 1\n", "port = 1\n"])
def test_an_unknown_setting_is_refused_with_the_nearest(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(UnknownSetting, match=r"web\.port"):
        load(file, {})


@pytest.mark.parametrize("data", [b"[web\n", b"\xb0\xa1"])
def test_a_file_that_is_no_toml_is_refused(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    with pytest.raises(UnreadableSettings, match="hanmaru"):
        load(file, {})


def test_a_file_asked_for_must_be_there(file: Path) -> None:
    with pytest.raises(UnreadableSettings):
        load(file, {})


def test_secrets_are_never_shown() -> None:
    secret = "s3cret-" * 6
    settings = load(None, {"HANMARU_SECRET_KEY": secret, "HANMARU_BUS_URL": f"nats://u:{secret}@h"})
    assert secret not in repr(list(settings.told()))
    assert {one.shown for one in settings.told() if one.name in ("node.secret_key", "bus.url")} == {"(hidden)"}
    with pytest.raises(BadSetting) as refused:
        load(None, {"HANMARU_SECRET_KEY": "s3cret"})
    assert "s3cret" not in str(refused.value)
