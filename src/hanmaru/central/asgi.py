"""The one door of the web: pages and API through Django, live streams and readers straight on the event loop.

Django runs as WSGI in a pool of lasting threads, so that each keeps its database connection; a request costs one hop
between threads in all. What waits for long (server-sent events, websockets) never occupies one of those threads.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanmaru.central.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

application = WSGIMiddleware(get_wsgi_application(), workers=int(os.environ.get("HANMARU_WEB_THREADS", "8")))
