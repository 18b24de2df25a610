"""A box of cameras over a fresh database."""

from collections.abc import Iterator

import pytest

from dashboard.store import Store
from tests.camera.box import Box, running


@pytest.fixture
def box(store: Store) -> Iterator[Box]:
    """Sandbox and relay; a camera stays warm for a second only."""
    with running(store) as made:
        yield made
