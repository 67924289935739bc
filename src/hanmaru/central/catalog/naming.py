"""In which of its two names a product is shown: the only place that decides it."""

from django.utils.translation import get_language


def shown_name(name: str, name_en: str) -> str:
    """The English name for a reader of English where there is one, else the name the product was given.

    What is kept (lines of orders, exported files, the API) has the given name, whoever reads it.
    """
    return name_en if name_en and (get_language() or "").startswith("en") else name
