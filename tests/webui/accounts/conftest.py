# SPDX-License-Identifier: GPL-3.0-or-later
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_app import web_app_of

from store.config import account, edit


@pytest.fixture
def bare(bare_home: Any) -> Iterator[TestClient]:
    """A program that calls the API with an admin token."""
    token = account.create_token(edit.engine(bare_home.state), "test", "admin")
    with web_app_of(bare_home.state, bare_home.run) as app:
        client = TestClient(app, "http://telltale/api/v1", client=("192.168.1.2", 40000))
        client.headers["Authorization"] = f"Bearer {token}"
        with client:
            yield client
