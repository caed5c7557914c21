"""The answers of one poll, page after page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from millstream.project.expressions import compiled
from millstream.sources.address import followed
from millstream.sources.document import Reader, evaluated
from millstream.sources.model import SourceFailed
from millstream.sources.values import scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from millstream.project.http_source import HttpDeclaration, Pagination
    from millstream.sources.address import Request
    from millstream.sources.model import Answer

_NO_CONTENT = 204
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_NEXT = re.compile(r";\s*rel\s*=\s*\"?(?:[^\";]*\s)?next(?:\s[^\";]*)?\"?", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """One answer and the records in it."""

    answer: Answer
    records: Sequence[Any]


class Pages:
    """Walks the pages of one source's answers."""

    def __init__(self, declared: HttpDeclaration) -> None:
        self._pagination = declared.pagination
        self._reader = Reader(declared)
        written = declared.pagination.next if declared.pagination else None
        self._next = compiled(written, declared.format, declared.namespaces) if written else None

    def walk(self, request: Request, get: Callable[[str | None], Answer]) -> Iterator[Page]:
        """Yield page after page; the next one is asked for when the last was taken care of.

        Args:
            request: of the first page.
            get: asks for an address, or for the request's own.

        Raises:
            SourceFailed: a request failed, or there are more pages than allowed, or a link leads elsewhere.
            Unmapped: an answer is not what was declared.
        """
        most = self._pagination.most if self._pagination else 1
        url, number = self._first(request)
        seen: set[str | None] = set()
        while True:
            if len(seen) == most:
                raise SourceFailed(f"has more than {most} pages; what follows them was not read (`pagination.most`)")
            seen.add(url)
            answer = get(url)
            if answer.status == _NO_CONTENT:
                return
            document = self._reader.document(answer.body)
            records = self._reader.records(document, answer.body)
            yield Page(answer, records)
            number += 1
            url = self._after(request, answer, document, records, number)
            if url is None:
                return
            if url in seen:
                raise SourceFailed("its pages lead back to one that was read already")

    def _first(self, request: Request) -> tuple[str | None, int]:
        page = self._pagination.page if self._pagination else None
        return (_numbered(request, page.param, page.first), page.first) if page else (None, 0)

    def _after(
        self, request: Request, answer: Answer, document: Any, records: Sequence[Any], number: int
    ) -> str | None:
        if self._pagination is None:
            return None
        if self._pagination.page:
            return _numbered(request, self._pagination.page.param, number) if records else None
        target = self._named(answer, document, self._pagination)
        if not target:
            return None
        there = followed(answer.url, str(target))
        if there is None:
            raise SourceFailed(f"its next page is at {urlsplit(str(target)).hostname}, which is not followed")
        return there

    def _named(self, answer: Answer, document: Any, pagination: Pagination) -> Any:
        if pagination.link:
            return link_next(answer.headers.get("link", ""))
        return scalar(evaluated(self._next, document)) if self._next else None


def link_next(header: str) -> str | None:
    """The target of `rel="next"` in a `Link` header (RFC 8288)."""
    return next((target for target, rest in _LINK.findall(header) if _NEXT.search(rest)), None)


def _numbered(request: Request, param: str, number: int) -> str:
    """The request's address with all of its parameters and a page number."""
    parts = urlsplit(request.url)
    given = urlencode({**request.params, param: str(number)})
    return urlunsplit(parts._replace(query=f"{parts.query}&{given}" if parts.query else given))
