"""What apply asks of every engine that holds declared objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.observation import Observation
    from millstream.project.model import Resource, ResourceId

R_contra = TypeVar("R_contra", bound="Resource", contravariant=True)


class Engine(Protocol[R_contra]):
    """A narrow client of one engine.

    Raises:
        EngineError: from any call, when the engine is unreachable or refuses.
    """

    def observe(self, resources: Sequence[R_contra]) -> Mapping[ResourceId, Observation]:
        """Look at each declared object; changes nothing."""

    def create(self, resource: R_contra) -> None:
        """Create an object that does not exist; creating it again is an error of the engine."""
