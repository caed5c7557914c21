import pytest
from embedded import Embedded


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """A running platform that tests share; whoever breaks something makes a platform of its own."""
    embedded = Embedded.of_copy(tmp_path_factory.mktemp("shared") / "project")
    try:
        embedded.millstream("up")
        yield embedded
    finally:
        embedded.millstream("reset", "--yes")
