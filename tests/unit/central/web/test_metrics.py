"""What a collector reads, and what a load balancer asks."""

import pytest

pytestmark = pytest.mark.django_db


def test_requests_are_counted_by_route_and_seen_from_this_machine_alone(client):
    assert client.get("/health").json() == {"status": "ok"}
    told = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert 'hanmaru_request_seconds_count{method="GET",route="health",status="200"}' in told.content.decode()
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404


def test_an_answer_says_how_long_it_took(client):
    assert client.get("/health")["Server-Timing"].startswith("app;dur=")
