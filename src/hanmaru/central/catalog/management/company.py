"""For which company a command works."""

from django.core.management.base import CommandError

from hanmaru.central.companies.queries import company_id_by_slug, company_ids


def company_of(slug: str | None) -> int:
    """The id of the company meant; without a slug, of the only one. Raises CommandError when that is not clear."""
    if slug:
        found = company_id_by_slug(slug)
        if found is None:
            raise CommandError(f"There is no company {slug}.")
        return found
    ids = company_ids()
    if len(ids) != 1:
        raise CommandError(f"There are {len(ids)} companies: say which by --company.")
    return ids[0]
