"""What the web server does once, before it answers anybody."""

import gc
from collections.abc import Iterator

import pytest

from atomicpay.wsgi import settle_memory


@pytest.fixture
def collector() -> Iterator[None]:
    """Python's garbage collector, as it was once the test is over."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_server_keeps_what_is_loaded_out_of_the_collectors_way(collector: None) -> None:
    loaded = len(gc.get_objects())
    settle_memory()
    assert len(gc.get_objects()) < loaded / 10
    assert gc.get_threshold()[0] > 10_000
