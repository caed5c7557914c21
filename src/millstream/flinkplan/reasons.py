"""From a chain of Java exceptions to what a person wants to read: which statement, where, and why.

Positions come from the fields of Flink's exceptions, never from the text of a message. Secrets are cut out here, the
only place where Flink's words enter millstream.
"""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.flinkplan.model import Failure, Refusal, SubmitFailed
from millstream.suggestions import closest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.flinkplan.model import JobSource, Statement

HIDDEN = "***"

_WRAPPERS = re.compile(
    r"^(?:SQL validation failed\. |SQL parse failed\. "
    r"|From line \d+, column \d+ to line \d+, column \d+: |At line \d+, column \d+: "
    r"|(?:[a-z]\w*\.)+[A-Z][\w$]*(?:Exception|Error): )+"
)
_SAYS_NOTHING = re.compile(
    r"^(?:Failed to execute (?:sql|job\b.*)|Could not start the JobMaster|Error while applying rule .*|)$", re.DOTALL
)
_UNSUPPORTED = re.compile(r"\.?\s+Unsupported options:\s+(.+?)\s+Supported options:\s+(.+)$", re.DOTALL)
_UNEXPECTED = re.compile(
    r'^(?:Encountered|Lexical error at line \d+, column \d+\.\s+Encountered:?) "((?:[^"\\]|\\.)*)"'
)
_JAVA_NAME = re.compile(r"(?: that implements)? '?\b(?:[a-z]\w*\.){2,}[A-Z][\w$.]*'?")
_SENT = "FlinkException: Failed to execute job"
_CATALOG = re.compile(r"`?default_catalog`?\.`?default_database`?\.|\bdefault_database\.")
_TABLE_OF = re.compile(r"^Unable to create a (?:sink|source) for (?:reading|writing) table '[^']*\.([^'.]+)'")
_NOISE = re.compile(
    r" If you want to allow to skip this, .*$"
    r"| in any of the catalogs \[default_catalog\], nor as a temporary table"
    r"| in the classpath",
    re.DOTALL,
)


@dataclass(frozen=True)
class Cause:
    """One exception of a chain: its class, message, and position if it has one."""

    type: str
    message: str
    position: tuple[int, int, int, int] | None = None


def refusal(source: JobSource, statement: Statement, causes: Sequence[Cause]) -> Refusal:
    """Explain why the planner refuses `statement`, outermost cause first."""
    resource = _blamed(source, statement, causes)
    message = explain(causes, source.secrets)
    placed = next((cause for cause in reversed(causes) if cause.position), None)
    if placed is None or placed.position is None or resource != statement.resource:
        return Refusal(resource, message)
    return Refusal(resource, message, *placed.position)


def submit_failed(source: JobSource, causes: Sequence[Cause]) -> SubmitFailed:
    """Tell what kind of failure a submission met.

    Once Flink's client has begun to send the job, anything it does not know for sure is `UNREACHABLE`.
    """
    chain = "\n".join(f"{cause.type}: {cause.message}" for cause in causes)
    if "DuplicateJobSubmissionException" in chain:
        return SubmitFailed(Failure.DUPLICATE_JOB, "the JobManager already knows this job id")
    if "JobInitializationException" in chain:
        return SubmitFailed(Failure.NOT_STARTED, explain(causes[-1:], source.secrets))
    if _SENT in chain:
        return SubmitFailed(Failure.UNREACHABLE, explain(causes[-1:], source.secrets))
    refused = refusal(source, source.job, causes)
    return SubmitFailed(Failure.REFUSED, refused.message, (refused,))


def explain(causes: Sequence[Cause], secrets: Sequence[str]) -> str:
    """Say in one paragraph what went wrong, without Java's names and without secrets."""
    placed = [cause for cause in causes if cause.position]
    chosen = placed[-1:] or [causes[0], causes[-1]]
    said: list[str] = []
    for cause in chosen:
        text = _clean(cause.message, secrets)
        if text and not _SAYS_NOTHING.match(text) and not any(text in other for other in said):
            said.append(text)
    return ": ".join(said) or f"Flink gives no reason ({causes[-1].type.rpartition('.')[2]})"


def last_line(exc: BaseException) -> str:
    """What an exception says in one line: those of Java end in the middle of a stack."""
    return " ".join(traceback.format_exception_only(exc)[-1].splitlines()[:2])


def redact(text: str, secrets: Sequence[str]) -> str:
    """Replace every secret in `text`; longest first, since one may be part of another."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        # In SQL a quote inside a string is doubled, so a secret may stand in a message in either form.
        text = text.replace(secret, HIDDEN).replace(secret.replace("'", "''"), HIDDEN)
    return text


def _clean(message: str, secrets: Sequence[str]) -> str:
    text = _WRAPPERS.sub("", redact(message, secrets))
    unexpected = _UNEXPECTED.match(text)
    if unexpected:
        return _unexpected(unexpected[1], secrets)
    text = text.partition("\n\nTable options are:")[0]
    text = _UNSUPPORTED.sub(_legal, text)
    text = _JAVA_NAME.sub("", _CATALOG.sub("", _NOISE.sub("", text)))
    return re.sub(r"\s+", " ", text.replace("'`", "'").replace("`'", "'")).strip(" .")


def _legal(found: re.Match[str]) -> str:
    """Of all the options that there are, name only those that may have been meant."""
    known = found[2].split()
    meant = {option: closest(option, known) for option in found[1].split()}
    said = (f"`{option}`" + (f" (did you mean `{other}`?)" if other else "") for option, other in meant.items())
    return f": {', '.join(said)}"


def _unexpected(token: str, secrets: Sequence[str]) -> str:
    written = token.replace('\\"', '"').replace("\\'", "'")
    if written == "<EOF>":
        return "the statement ends too early"
    # A secret with a quote in it may have been torn apart by the parser.
    torn = any(written.strip("'") in secret for secret in secrets) and len(written) > 1
    return f"unexpected `{HIDDEN if torn else written}`"


def _blamed(source: JobSource, statement: Statement, causes: Sequence[Cause]) -> str:
    """A table's options are only looked at when a statement uses it; the mistake is in the table all the same."""
    for cause in causes:
        match = _TABLE_OF.match(_WRAPPERS.sub("", cause.message))
        found = [table.resource for table in source.tables if match and table.resource.endswith(f".{match[1]}")]
        if found:
            return found[0]
    return statement.resource
