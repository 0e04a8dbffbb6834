from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.ui.app import create_app
from kiosk.ui.settings import UiSettings
from tests.ui.fake_desk import FakeDesk, furnished


class HandClock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 13, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Visitor:
    """A browser without scripts: follows redirects and sends forms with their token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token: str | None = None

    def get(self, path: str) -> TestResponse:
        return self._seen(self.client.get(path, follow_redirects=True))

    def post(self, path: str, **fields: str) -> TestResponse:
        filled = {"csrf_token": self.token(), **fields}
        return self._seen(self.client.post(path, data=filled, follow_redirects=True))

    def token(self) -> str:
        if self._token is None:
            self.get("/")
        assert self._token is not None
        return self._token

    def _seen(self, answer: TestResponse) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        if found is not None:
            self._token = found[1]
        return answer

    def scan(self, text: str) -> TestResponse:
        return self.post("/scan", text=text)


@pytest.fixture
def desk() -> FakeDesk:
    return furnished()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def app(desk: FakeDesk, clock: HandClock) -> Flask:
    return create_app(desk, UiSettings(), clock)


@pytest.fixture
def arrive(app: Flask) -> Callable[[], Visitor]:
    return lambda: Visitor(app.test_client())


@pytest.fixture
def visitor(arrive: Callable[[], Visitor]) -> Visitor:
    return arrive()
