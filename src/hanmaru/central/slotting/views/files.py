"""Files that pages answer with."""

import re
from urllib.parse import quote

from django.http import HttpResponse


def json_file(text: str, name: str) -> HttpResponse:
    """JSON to be kept as a file of that name."""
    answer = HttpResponse(text, content_type="application/json")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "slotting.json"
    answer["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return answer
