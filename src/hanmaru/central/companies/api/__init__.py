"""What every app's part of the REST API is made of: routes, auth by device token, paging, writes that happen once."""

from hanmaru.central.companies.api.auth import DeviceAuth
from hanmaru.central.companies.api.paging import Cursor, Page, Paging, page_of
from hanmaru.central.companies.api.problems import Problem
from hanmaru.central.companies.api.routes import Routes, idempotency_key, uploaded_once

__all__ = ["Cursor", "DeviceAuth", "Page", "Paging", "Problem", "Routes", "idempotency_key", "page_of", "uploaded_once"]
