"""What every part asks of its caller, and how attributes become markup."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class PartError(ValueError):
    """A part was used without what makes it understandable: a title, a label, a known kind."""


def needed(part: str, **given: object) -> None:
    """Raise PartError for the first of `given` that is missing or blank."""
    for name, value in given.items():
        if value is None or not str(value).strip():
            msg = f"{{% {part} %}} needs {name}: without it the part means nothing to a screen reader"
            raise PartError(msg)


def one_of(part: str, name: str, value: str, known: tuple[str, ...]) -> None:
    """Raise PartError unless `value` is one of `known`."""
    if value not in known:
        msg = f"{{% {part} %}} knows {name} {', '.join(known)}; not {value!r}"
        raise PartError(msg)


def attributes(given: dict[str, object]) -> SafeString:
    """Turn keyword arguments into attributes: hx_post="/x" becomes hx-post="/x"; False and None vanish."""
    pairs = [(name.rstrip("_").replace("_", "-"), value) for name, value in given.items()]
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
            for name, value in pairs
            if value is not None and value is not False
        ),
    )
