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


@pytest.fixture
def own_platform(tmp_path):
    """A platform for one test, not started yet."""
    embedded = Embedded.of_copy(tmp_path / "a project, copied")
    yield embedded
    embedded.millstream("reset", "--yes")
