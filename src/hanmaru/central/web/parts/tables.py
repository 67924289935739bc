"""Tables: columns are written once, with their heading, and drawn for each row; cards on a phone."""

from dataclasses import dataclass
from typing import Final

from django.template import Library, TemplateSyntaxError
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from hanmaru.central.web.parts.needs import needed, one_of

register = Library()

_ALIGN: Final = ("start", "end", "center")


@dataclass(frozen=True)
class _Heading:
    title: str
    align: str
    wide: bool
    beside: bool


class ColumnNode(Node):
    """One column: its heading, and the body drawn for each row."""

    def __init__(self, title: FilterExpression, options: dict[str, FilterExpression], body: NodeList) -> None:
        self.title = title
        self.options = options
        self.body = body

    def heading(self, context: Context) -> _Heading:
        """Return what stands above the column."""
        given = {name: option.resolve(context) for name, option in self.options.items()}
        title, align = str(self.title.resolve(context)), str(given.get("align", "start"))
        needed("column", title=title)
        one_of("column", "align", align, _ALIGN)
        return _Heading(title, align, bool(given.get("wide", False)), bool(given.get("beside", False)))


class TableNode(Node):
    """A captioned table, or what stands in its place when there is no row."""

    def __init__(
        self,
        rows: FilterExpression,
        options: dict[str, FilterExpression],
        columns: list[ColumnNode],
        empty: NodeList,
    ) -> None:
        self.rows = rows
        self.options = options
        self.columns = columns
        self.empty = empty

    def render(self, context: Context) -> SafeString:
        """Draw every row with `row` (or the name given by `row_name`) in the context."""
        given = {name: option.resolve(context) for name, option in self.options.items()}
        needed("table", caption=given.get("caption"))
        rows = list(self.rows.resolve(context) or ())
        if not rows:
            return self.empty.render(context)
        headings = [column.heading(context) for column in self.columns]
        name = str(given.get("row_name", "row"))
        drawn = []
        for row in rows:
            with context.push(**{name: row}):
                cells = [SafeString(column.body.render(context).strip()) for column in self.columns]
            drawn.append(list(zip(headings, cells, strict=True)))
        return render_to_string(
            "web/parts/table.html",
            {
                "caption": given["caption"],
                "caption_shown": bool(given.get("caption_shown", False)),
                "headings": headings,
                "rows": drawn,
            },
        )


def _options(parser: Parser, words: list[str], known: tuple[str, ...], tag: str) -> dict[str, FilterExpression]:
    options = token_kwargs(words, parser)
    if words or set(options) - set(known):
        msg = f"{{% {tag} %}} takes {', '.join(known)}; not {' '.join([*words, *(set(options) - set(known))])}"
        raise TemplateSyntaxError(msg)
    return options


@register.tag
def column(parser: Parser, token: Token) -> ColumnNode:
    """{% column _("On hand") align="end" %}{{ row.on_hand }}{% endcolumn %}, inside {% table %}.

    In the card that a row is on a phone, ``wide`` puts the heading above what it says, and columns that are ``beside``
    stand three in a line, which suits figures.
    """
    words = token.split_contents()[1:]
    if not words:
        msg = "{% column %} needs its title"
        raise TemplateSyntaxError(msg)
    title = parser.compile_filter(words[0])
    options = _options(parser, words[1:], ("align", "wide", "beside"), "column")
    body = parser.parse(("endcolumn",))
    parser.delete_first_token()
    return ColumnNode(title, options, body)


@register.tag
def table(parser: Parser, token: Token) -> TableNode:
    """{% table rows caption=_("Products") %}{% column %}...{% empty %}...{% endtable %}."""
    words = token.split_contents()[1:]
    if not words:
        msg = "{% table %} needs its rows"
        raise TemplateSyntaxError(msg)
    rows = parser.compile_filter(words[0])
    options = _options(parser, words[1:], ("caption", "caption_shown", "row_name"), "table")
    body = parser.parse(("empty", "endtable"))
    empty = NodeList()
    if parser.next_token().contents == "empty":
        empty = parser.parse(("endtable",))
        parser.delete_first_token()
    columns = [node for node in body if isinstance(node, ColumnNode)]
    if "caption" not in options or not columns or not empty:
        msg = "{% table %} needs caption, at least one {% column %}, and what to say after {% empty %}"
        raise TemplateSyntaxError(msg)
    return TableNode(rows, options, columns, empty)


@register.inclusion_tag("web/parts/pager.html")
def pager(
    *,
    label: object,
    previous: str | None = None,
    next: str | None = None,  # noqa: A002 - the word of HTML
    note: object = "",
) -> dict[str, object]:
    """{% pager label=_("Pages of orders") previous=url next=url %}: nothing where there is one page only."""
    needed("pager", label=label)
    return {"label": label, "previous": previous, "next": next, "note": note}
