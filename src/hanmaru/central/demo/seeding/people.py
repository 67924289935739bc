"""The people of the demo. Their password is made up and printed at every start: this is no system for real data."""

from dataclasses import dataclass

from hanmaru.central.companies import services as companies
from hanmaru.central.companies.services import Role
from hanmaru.central.demo.records import Company

PASSWORD = "try-this-26"  # noqa: S105 - printed for everybody who starts the demo


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo; ``company`` is the slug of theirs."""

    company: str
    email: str
    name: str
    told: str
    roles: tuple[Role, ...]
    language: str = "ko"


_WORKSHOP, _NEIGHBOUR = "hanmaru-atelier", "next-door-leather"
PEOPLE = (
    Person(_WORKSHOP, "owner@example.com", "한가람", "owner", (Role.OWNER,)),
    Person(_WORKSHOP, "warehouse@example.com", "고은별", "warehouse worker", (Role.WAREHOUSE,)),
    Person(_WORKSHOP, "office@example.com", "도하나", "office, takes orders", (Role.PLANNER,)),
    Person(_WORKSHOP, "maker@example.com", "Noor", "machine operator, in English", (Role.OPERATOR,), "en"),
    Person(_NEIGHBOUR, "neighbour@example.com", "이다래", "owner of the company next door", (Role.OWNER,)),
)


@dataclass(slots=True)
class Staff:
    """Who does what in a company: ids of people."""

    company_id: int
    owner: int
    worker: int
    seller: int


def sign_up(company: Company) -> Staff:
    """Sign the company up with its owner. Raises EmailTaken."""
    owner = next(person for person in PEOPLE if person.company == company.slug and Role.OWNER in person.roles)
    membership = companies.sign_up(
        company_name=company.name,
        person_name=owner.name,
        email=owner.email,
        password=PASSWORD,
        language=owner.language,
    )
    person = membership.user.pk
    return Staff(membership.company.pk, person, person, person)


def invite_staff(company: Company, staff: Staff) -> None:
    """Say what the company is, and let the others join by invitations."""
    companies.update_company(slug=company.slug, phone=company.phone, address=company.address)
    for person in PEOPLE:
        if person.company != company.slug or Role.OWNER in person.roles:
            continue
        link = companies.invite(roles=person.roles, email=person.email)
        joined = companies.join_as_new(
            link, name=person.name, email=person.email, password=PASSWORD, language=person.language
        )
        if Role.WAREHOUSE in person.roles:
            staff.worker = joined.user.pk
        if Role.PLANNER in person.roles:
            staff.seller = joined.user.pk


def who_may_log_in() -> list[str]:
    """The lines that tell it."""
    width = max(len(person.email) for person in PEOPLE)
    return [
        "",
        f"Log in with the password  {PASSWORD}  as",
        *(f"  {person.email:<{width}}  {person.told}" for person in PEOPLE),
    ]
