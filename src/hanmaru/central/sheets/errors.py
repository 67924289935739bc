"""What the record of imports refuses."""

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import NotFound


class NoSuchRun(NotFound):
    """No such import of this company."""

    code = "sheet.no_such_run"
    message = _("There is no such import. Choose the file again.")
