"""What readers of single files share: the statements of a file, and the name they must carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.sql import KSQL, NAMESPACE, NotLexical, SqlText, definitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.project.files import File
    from millstream.project.model import Resource
    from millstream.sql import Statement


@dataclass
class Reading:
    """Collects resources and diagnostics while the tree is read.

    Args:
        variables: those of the SQL files.
        kpis: metrics that datasets may name, see `millstream.project.kpis`.
    """

    namespace: str
    variables: Mapping[str, str] = field(repr=False)
    resources: list[Resource] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    project: str = ""
    kpis: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def error(self, code: str, summary: str, where: SourceRange, mend: str | None = None) -> None:
        """Note one error."""
        self.diagnostics.append(error(code, summary, where, mend))

    @property
    def given(self) -> Mapping[str, str]:
        """The variables, the namespace among them."""
        return {**self.variables, NAMESPACE: self.namespace}

    def statements(self, file: File, dialect: str) -> tuple[Statement, ...]:
        """Give the statements of a file; none when its text is broken or empty, which is noted."""
        own = definitions(file.path, file.text, self.given) if dialect == KSQL else {}
        text = SqlText.read(file.path, file.text, {**self.given, **own}, dialect)
        self.diagnostics += text.substituted.diagnostics
        try:
            statements = text.statements
        except NotLexical as problem:
            where = text.where(problem.offset, problem.offset + 1)
            self.error("SQL003", "a string, quoted name or comment opens here and never closes", where, "close it")
            return ()
        if not statements:
            self.error("PRJ003", "the file holds no statement", SourceRange(file.path), "write one, or delete the file")
        return statements

    def one(
        self, statements: tuple[Statement, ...], what: str, mend: str = "give each object a file of its own"
    ) -> Statement | None:
        """Give the only statement of a file; more than one is noted at the second."""
        if len(statements) > 1:
            self.error("PRJ006", f"a file declares one {what}; this is another statement", statements[1].where, mend)
        return statements[0] if statements else None

    def check_name(self, file: File, name: str, where: SourceRange) -> None:
        """Note when a file is not named as what it declares."""
        if file.path.stem != name:
            mend = f"name the file `{name}{file.path.suffix}`, or the object `{file.path.stem}`"
            self.error("PRJ004", f"file `{file.path.name}` declares `{name}`", where, mend)
