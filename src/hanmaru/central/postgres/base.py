"""The backend that ``DATABASES`` names; Django looks for :class:`DatabaseWrapper` in a module of this name."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that asks the server whether it stands only when there is a sign that it may not."""

    def is_usable(self) -> bool:
        """Whether the kept connection can be used, asked by ``CONN_HEALTH_CHECKS`` before a request's first statement.

        Between requests a server says nothing. One that was stopped has sent its farewell and closed the line, which
        makes the socket readable; only then is a statement spent on the question, since it may be a mere notice. It
        saves one of four round trips of a move by the API.
        """
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN | select.POLLRDHUP)
        return super().is_usable() if line.poll(0) else True
