"""The only way to the shop's database: psycopg's exceptions become `EngineError` here."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from millstream.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECT_TIMEOUT_S = 10


class ShopUnreachableError(EngineError):
    """The database does not answer, or the connection broke: worth another try."""


@contextmanager
def connection(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the shop; what happens in the block is one transaction, committed at its end.

    Raises:
        ShopUnreachableError: the database does not answer, or the connection broke.
        EngineError: the database refused a statement.
    """
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S) as opened:
            yield opened
    except psycopg.errors.InsufficientPrivilege as exc:
        raise EngineError(
            f"the shop's database refused: {_first_line(exc)}",
            mend="the role in SHOP_URL must own the database `shop` and its tables",
        ) from exc
    except (psycopg.OperationalError, psycopg.InterfaceError) as exc:
        raise ShopUnreachableError(
            f"the shop's database does not answer: {_first_line(exc)}",
            mend="look at `millstream status`, start it with `millstream up`, or set SHOP_URL",
        ) from exc
    except psycopg.errors.UndefinedTable as exc:
        raise EngineError(f"the shop lacks a table: {_first_line(exc)}", mend="make it with `millstream seed`") from exc
    except psycopg.Error as exc:
        raise EngineError(f"the shop's database refused: {_first_line(exc)}", mend=_MEND) from exc


_MEND = "if its tables are of an older version, drop them and run `millstream seed`"


def _first_line(exc: psycopg.Error) -> str:
    return str(exc).strip().partition("\n")[0]
