"""Threads that start at one moment, each acting for the company."""

import threading
from collections.abc import Callable
from typing import Any

THREADS = 8


def together(company: Any, work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """Run ``work(n)`` in so many threads, started at one moment; what each answered or raised."""
    from django.db import connection

    from hanmaru.central.companies.tenancy import acting

    barrier = threading.Barrier(threads)
    answers: list[Any] = [None] * threads

    def run(number: int) -> None:
        try:
            with acting(company_id=company.company_id, user_id=company.user_id, source="race"):
                barrier.wait(timeout=120)
                answers[number] = work(number)
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            answers[number] = error
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=240)
        assert not thread.is_alive(), "a deadlock"
    return answers


def of_kind(answers: list[Any], kind: type) -> int:
    return sum(isinstance(answer, kind) for answer in answers)
