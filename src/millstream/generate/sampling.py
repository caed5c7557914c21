"""Random numbers that depend on seed, topic and block only, so that no batch timing changes a byte.

Everything is derived from uniform doubles with additions, multiplications and comparisons: numpy promises stable
bit generators but not stable distributions (NEP 19), and `exp` or `log` differ between platforms in the last bit.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


class Draws:
    """The random numbers of one block of one topic."""

    def __init__(self, seed: int, stream: str, block: int) -> None:
        entropy = np.random.SeedSequence([seed, zlib.crc32(stream.encode()), block])
        self._generator = np.random.Generator(np.random.PCG64(entropy))

    def uniform(self, *shape: int) -> Floats:
        """Doubles in [0, 1)."""
        return self._generator.random(shape)

    def weighted(self, cumulated: Floats, *shape: int) -> Ints:
        """Indexes into a list of weights, each as likely as its weight says; see `cumulate`."""
        return np.searchsorted(cumulated, self.uniform(*shape), side="right").astype(np.int64)


def cumulate(weights: Sequence[float]) -> Floats:
    """Turn weights into the form `Draws.weighted` takes: running sums that end at 1."""
    sums = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.asarray(sums / sums[-1], dtype=np.float64)


def zipf(count: int, offset: float) -> list[float]:
    """Weights of `count` ranks after the Zipf-Mandelbrot law with exponent 1; a larger `offset` is flatter."""
    return [1.0 / (rank + offset) for rank in range(1, count + 1)]
