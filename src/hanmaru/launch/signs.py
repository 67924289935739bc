"""Signs to end that reach work in other processes, wherever these are: a file here, the cluster's own means there.

A sign is made where the work is handed out and goes along with it. `show` is called here, the sign itself there.
"""

import os
import time
from abc import ABC, abstractmethod
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

ASKED_EVERY: Final = 0.05  # seconds


class Sign(ABC):
    """Whether to end; asking costs something, so it is done twenty times a second at most."""

    def __init__(self) -> None:
        self._next, self._seen = 0.0, False

    def __call__(self) -> bool:
        """Whether to end. Where the sign cannot be asked for any more nobody waits for an answer: then too."""
        if not self._seen and time.monotonic() >= self._next:
            self._next = time.monotonic() + ASKED_EVERY
            try:
                self._seen = self._look()
            except Exception:  # noqa: BLE001 - of the clusters' own kinds, and as said
                self._seen = True
        return self._seen

    @abstractmethod
    def show(self) -> None:
        """Ask all to end."""

    @abstractmethod
    def _look(self) -> bool:
        """Look, there, whether it is shown."""


class FileSign(Sign):
    """For processes of this machine: to go on as long as a file is there."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._path = str(folder / "go-on")
        Path(self._path).touch()

    def show(self) -> None:
        Path(self._path).unlink(missing_ok=True)

    def _look(self) -> bool:
        return not os.path.exists(self._path)  # noqa: PTH110 - asked twenty times a second, without an object


class DaskSign(Sign):
    """For a Dask cluster: an event that its scheduler holds."""

    def __init__(self, client: Any) -> None:
        super().__init__()
        self._name = f"hanmaru-{uuid4()}"
        self._event = import_module("distributed").Event(self._name, client=client)

    def show(self) -> None:
        self._event.set()

    def _look(self) -> bool:
        if self._event is None:  # the first time, in the task's own thread, which knows its worker
            self._event = import_module("distributed").Event(self._name)
        return bool(self._event.is_set())

    def __getstate__(self) -> dict[str, Any]:
        """Leave the event behind: it belongs to this end of the connection."""
        return self.__dict__ | {"_event": None}


class RaySign(Sign):
    """For a Ray cluster: an actor that knows whether to end; found by its name by all of one job."""

    def __init__(self, ray: Any) -> None:
        super().__init__()
        self._name = f"hanmaru-{uuid4()}"
        self._actor = ray.remote(num_cpus=0)(_Flag).options(name=self._name).remote()
        ray.get(self._actor.is_up.remote())  # it is there before anyone asks for it

    def show(self) -> None:
        import_module("ray").get(self._actor.put_up.remote())

    def _look(self) -> bool:
        ray = import_module("ray")
        if self._actor is None:
            self._actor = ray.get_actor(self._name)
        return bool(ray.get(self._actor.is_up.remote()))

    def __getstate__(self) -> dict[str, Any]:
        """Leave the actor's handle behind: it is found by its name."""
        return self.__dict__ | {"_actor": None}


class _Flag:
    """What the actor is."""

    def __init__(self) -> None:
        self._up = False

    def put_up(self) -> None:
        """Ask all to end."""
        self._up = True

    def is_up(self) -> bool:
        """Whether all are asked to end."""
        return self._up
