"""What an engine has where a project declares something: spoken by engines, read by the plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Observation:
    """A declared object as its engine has it.

    Args:
        exists: whether there is an object of that name.
        differences: how it differs from its declaration, a clause each, empty when it does not.
    """

    exists: bool
    differences: tuple[str, ...] = ()


ABSENT = Observation(exists=False)
