"""What others may read of companies and people."""

from hanmaru.central.companies.models import Company, DeviceToken, Invitation, Membership, User
from hanmaru.central.companies.queries.people import (
    PlatformCompany,
    accounts,
    company,
    company_id_by_slug,
    company_ids,
    device_names,
    device_tokens,
    member,
    members,
    membership_of,
    open_invitations,
    own_companies,
    own_membership,
    person_names,
    platform_companies,
)
from hanmaru.central.companies.queries.trail import Step, Trail, TrailFilter, trail

__all__ = [
    "Company",
    "DeviceToken",
    "Invitation",
    "Membership",
    "PlatformCompany",
    "Step",
    "Trail",
    "TrailFilter",
    "User",
    "accounts",
    "company",
    "company_id_by_slug",
    "company_ids",
    "device_names",
    "device_tokens",
    "member",
    "members",
    "membership_of",
    "open_invitations",
    "own_companies",
    "own_membership",
    "person_names",
    "platform_companies",
    "trail",
]
