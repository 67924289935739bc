"""Tokens of devices: what is let in, what is refused, and how it is told."""

from datetime import timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(company: Any) -> str:
    from hanmaru.central.companies.services import issue_token

    return issue_token("Gate", ["reader", "stock:read"])


def refused(text: str) -> str:
    from hanmaru.central.companies.services import authenticate
    from hanmaru.kernel.errors import Unauthenticated

    with pytest.raises(Unauthenticated) as error:
        authenticate(text)
    return error.value.code


def the_token() -> Any:
    from hanmaru.central.companies.models import DeviceToken

    return DeviceToken.objects.get()


def test_a_token_tells_its_device_company_and_scopes(company: Any, text: str) -> None:
    from hanmaru.central.companies.services import authenticate

    device = authenticate(f" {text}\n")
    assert (device.company_id, device.name, device.scopes) == (company.company_id, "Gate", {"reader", "stock:read"})
    assert text.split("_", 3)[3] not in str(vars(the_token()))


@pytest.mark.parametrize(
    ("scopes", "wanted", "allowed"),
    [
        (["stock:read"], "stock:read", True),
        (["stock:read"], "stock:write", False),
        (["stock:write"], "stock:read", True),
        (["stock:write"], "orders:read", False),
        (["api:read"], "orders:read", True),
        (["api:read"], "orders:write", False),
        (["api:write"], "orders:write", True),
        (["api:write"], "reader", False),
        (["reader"], "stock:read", False),
    ],
)
def test_writing_includes_reading_and_api_every_part(scopes: list[str], wanted: str, allowed: bool) -> None:  # noqa: FBT001
    from hanmaru.central.companies.access import allows

    assert allows(scopes, wanted) is allowed


def test_a_tampered_token_is_not_known(company: Any, other_company: Any, text: str) -> None:
    _hmd, company_id, token_id, secret = text.split("_", 3)
    head = f"hmd_{company_id}_{token_id}"
    elsewhere = f"hmd_{other_company.company_id}_{token_id}_{secret}"
    for wrong in (
        f"{head}_{secret[:-1]}{'a' if secret[-1] != 'a' else 'b'}",
        elsewhere,
        f"hmd_{company_id}_{int(token_id) + 1}_{secret}",
        f"hmd_{company_id}_{'9' * 18}_{secret}",
        f"hmd_{'9' * 40}_1_{secret}",
        f"hmd_{company_id}_{token_id}_",
        f"{text}x",
        "",
        "hmd_1_1_'; DROP TABLE companies_devicetoken; --",
        text.encode("utf-16").decode("latin1"),
    ):
        assert refused(wrong) == "token.unknown", wrong


def test_a_revoked_and_an_expired_token_are_told_apart_from_an_unknown_one(text: str) -> None:
    from django.utils import timezone

    from hanmaru.central.companies.models import DeviceToken
    from hanmaru.central.companies.services import revoke_token

    DeviceToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(text) == "token.expired"
    assert refused(f"{text[:-1]}{'a' if text[-1] != 'a' else 'b'}") == "token.unknown", "only its holder learns that"
    revoke_token(the_token().pk)
    assert refused(text) == "token.revoked"
    first = the_token().revoked_at
    revoke_token(the_token().pk)
    assert the_token().revoked_at == first


def test_last_used_is_written_once_a_minute_and_not_into_the_trail(text: str) -> None:
    from hanmaru.central.companies.models import AuditEntry, DeviceToken
    from hanmaru.central.companies.services import authenticate

    before = AuditEntry.objects.count()
    authenticate(text)
    first = the_token().last_used_at
    authenticate(text)
    assert the_token().last_used_at == first
    DeviceToken.objects.update(last_used_at=first - timedelta(minutes=2))
    authenticate(text)
    assert the_token().last_used_at > first
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("scopes", [[], ["everything"], ["reader", "everything"]])
def test_a_token_for_nothing_or_for_the_unknown_is_refused(company: Any, scopes: list[str]) -> None:
    from hanmaru.central.companies.services import issue_token
    from hanmaru.central.companies.services.tokens import ScopesImpossible

    with pytest.raises(ScopesImpossible):
        issue_token("x", scopes)


def test_what_a_device_writes_is_written_down_as_the_device_s(text: str) -> None:
    from hanmaru.central.companies.models import AuditEntry
    from hanmaru.central.companies.services import update_company
    from hanmaru.central.companies.services.tokens import acting_device

    with acting_device(text, source="203.0.113.8") as device:
        update_company(phone="02-000-0000")
    entry = AuditEntry.objects.latest("id")
    assert (entry.device_id, entry.user_id, entry.source) == (device.id, None, "203.0.113.8")
    assert entry.changes == {"phone": ["", "02-000-0000"]}
