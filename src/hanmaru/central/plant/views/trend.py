"""Readings as curves, from a year down to a second, and as files."""

import csv
import io
import math
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hanmaru.central.companies.access import Can
from hanmaru.central.companies.views.access import needs
from hanmaru.central.plant import history, queries, services
from hanmaru.central.plant.errors import BadSpan, NoNote
from hanmaru.central.plant.queries import SiteCard, TagCard
from hanmaru.central.plant.views.shown import site_context
from hanmaru.central.sheets.writer import FORMULA_STARTS

MOST_TAGS = 10
MOST_POINTS = 4000
EXPORT_PIECE = timedelta(hours=6)
EXPORT_ROWS = 10_000
"""Readings that a table takes at once."""

_HOUR = timedelta(hours=1)
_FIRST = datetime.min.replace(tzinfo=UTC)


@needs(Can.SEE_PLANT)
def page(request: HttpRequest, site: str) -> HttpResponse:
    """The page around the curves; they are fetched by it."""
    card = queries.site_card(site)
    chosen = _tags(request, card)
    words = request.GET.get("q", "")[:200]
    found = queries.find_tags(card.id, words=words, limit=30) if words or not chosen else []
    context = {
        **site_context(card, "trend"),
        "tags": list(enumerate(chosen, 1)),
        "chosen": ",".join(str(tag.number) for tag in chosen),
        "watched": ",".join(str(tag.number) for tag in chosen),
        "found": [tag for tag in found if tag.type != "text" and tag not in chosen],
        "words": words,
        "room": MOST_TAGS - len(chosen),
        "data_url": reverse("plant:trend_data", args=[site]),
        "export_url": reverse("plant:trend_export", args=[site]),
        "mark_url": reverse("plant:trend_mark", args=[site]),
    }
    return render(request, "plant/trend.html", context)


@needs(Can.SEE_PLANT)
def data(request: HttpRequest, site: str) -> HttpResponse:
    """Points for the curves: ``from`` and ``to`` in seconds since 1970, ``points`` as many as the plot is wide."""
    card = queries.site_card(site)
    chosen = _tags(request, card)
    begin, end = _span(request)
    points = min(MOST_POINTS, max(10, int(_number(request, "points", 1000))))
    answer: dict[str, Any] = history.curves(site, {tag.number: tag.due for tag in chosen}, begin, end, points)
    answer["events"] = [
        {"at": event.at.timestamp(), "words": event.words, "source": event.source}
        for event in queries.events(card.id, begin, end, {tag.source for tag in chosen})
    ]
    return JsonResponse(answer)


@needs(Can.SEE_PLANT)
@require_POST
def mark(request: HttpRequest, site: str) -> HttpResponse:
    """Note what happened at a time, for all who look at the curves later."""
    card = queries.site_card(site)
    at = _moment(request.POST.get("at", ""))
    words = request.POST.get("words", "").strip()[:200]
    if at is None or not words:
        return JsonResponse({"refusal": str(NoNote())}, status=NoNote.status)
    services.mark(card.id, at, words, by=str(request.user))
    return HttpResponse(status=204)


@needs(Can.SEE_PLANT)
def export(request: HttpRequest, site: str) -> HttpResponse:
    """Every reading of the span as CSV or Parquet; ``as=csv`` or ``as=parquet``."""
    card = queries.site_card(site)
    chosen = {tag.number: tag for tag in _tags(request, card)}
    begin, end = _span(request)
    if not chosen:
        raise BadSpan(most=MOST_TAGS)
    pieces = _begun(_pieces(site, list(chosen), begin, end))
    name = f"{site}-{begin:%Y%m%dT%H%M%S}"
    if request.GET.get("as") == "parquet":
        return _parquet(pieces, chosen, f"{name}.parquet")
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    answer = StreamingHttpResponse(_csv(pieces, chosen), content_type="text/csv; charset=utf-8", headers=headers)
    return cast("HttpResponse", answer)


def _begun(pieces: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same pieces, the first of them fetched: a silent history is told on a page, not by half a file."""
    first = next(pieces, None)
    return iter(()) if first is None else chain([first], pieces)


def _pieces(site: str, tags: list[int], begin: datetime, end: datetime) -> Iterator[pa.Table]:
    """The raw readings, some hours at a time."""
    while begin < end:
        until = min(end, begin + EXPORT_PIECE)
        yield from history.raw(site, tags, begin, until)
        begin = until


def _csv(pieces: Iterator[pa.Table], tags: dict[int, TagCard]) -> Iterator[str]:
    """Lines with a heading; it begins with a byte order mark, by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["tag", "unit", "source_time", "receive_time", "number", "text", "quality"])
    yield "\ufeff" + out.getvalue()
    for rows in (rows for piece in pieces for rows in piece.to_batches(max_chunksize=EXPORT_ROWS)):
        out.seek(0)
        out.truncate()
        for row in rows.to_pylist():
            tag = tags[row["tag"]]
            times = row["source_time"].isoformat(), row["receive_time"].isoformat()
            writer.writerow([tag.path, tag.unit, *times, row["number"], _text(row["text"]), row["quality"]])
        yield out.getvalue()


def _text(text: str | None) -> str | None:
    """A text that no spreadsheet program runs as a formula."""
    return f"'{text}" if text is not None and text.startswith(tuple(FORMULA_STARTS)) else text


def _parquet(pieces: Iterator[pa.Table], tags: dict[int, TagCard], name: str) -> HttpResponse:
    """One file with the tags' names as a column; made on the disk, since a year of readings fits no memory."""
    with ExitStack() as until_made:
        file = until_made.enter_context(tempfile.TemporaryFile())
        writer: pq.ParquetWriter | None = None
        for piece in pieces:
            paths = pa.array([tags[number].path for number in piece.column("tag").to_pylist()], pa.string())
            named = piece.append_column("path", paths)
            writer = writer or pq.ParquetWriter(file, named.schema, compression="zstd")
            writer.write_table(named)
        if writer is not None:
            writer.close()
        file.seek(0)
        until_made.pop_all()  # from here on the answer closes it
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/vnd.apache.parquet")
    return cast("HttpResponse", answer)


def _tags(request: HttpRequest, site: SiteCard) -> list[TagCard]:
    """The tags that are asked for, in that order; unknown ones are left out."""
    asked = [one for one in request.GET.get("tags", "").split(",") if one.isdecimal() and len(one) < 11]
    if len(asked) > MOST_TAGS:
        raise BadSpan(most=MOST_TAGS)
    numbers = list(dict.fromkeys(map(int, asked)))
    cards = queries.tag_cards(site.id, numbers)
    return [cards[number] for number in numbers if number in cards]


def _span(request: HttpRequest) -> tuple[datetime, datetime]:
    """From when to when; the last hour when nobody says. Raise BadSpan."""
    end = _moment(request.GET.get("to", "")) or timezone.now()
    begin = _moment(request.GET.get("from", "")) or max(end, _FIRST + _HOUR) - _HOUR
    if begin >= end or end - begin > timedelta(days=3700):
        raise BadSpan(most=MOST_TAGS)
    return begin, end


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _number(request: HttpRequest, name: str, otherwise: float) -> float:
    try:
        number = float(request.GET.get(name, otherwise))
    except ValueError:
        return otherwise
    return number if math.isfinite(number) else otherwise
