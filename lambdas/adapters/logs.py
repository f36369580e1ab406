"""Logs for operators: JSON lines that never hold a body, a token or a party's data."""

import traceback
from types import TracebackType

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from botocore.exceptions import ClientError

_ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


_OWN_WORDS = frozenset(
    {
        "lambdas.core.documents",
        "lambdas.core.envelope",
        "lambdas.core.lifecycle",
        "lambdas.service.ports",
        "lambdas.service.vault_ports",
        "lambdas.adapters.environment",
    }
)
"""Modules whose exceptions say what was expected and never what was found."""


class DiscreetFormatter(LambdaPowertoolsFormatter):
    """Exceptions by type and place. Others' texts stay out: a parser's error may quote what it could not parse."""

    def __init__(self) -> None:
        # The structured stack trace would quote the exception beside what formatException says of it.
        super().__init__(serialize_stacktrace=False)

    def formatException(self, ei: _ExceptionInfo) -> str:
        """`KeyError at handler.py:12 handle < ...`, innermost first."""
        kind, error, trace = ei
        if kind is None or error is None:
            return ""
        frames = [f"{each.filename.rsplit('/', 1)[-1]}:{each.lineno} {each.name}" for each in _frames(trace)]
        return f"{kind.__name__}{exception_words(error)} at {' < '.join(frames)}"


def exception_words(error: BaseException) -> str:
    """What an exception says where it is known to quote nothing: the hub's own words, or AWS's operation and code."""
    if isinstance(error, ClientError):
        return f" ({error.operation_name} {error.response['Error']['Code']})"
    return f" ({error})" if type(error).__module__ in _OWN_WORDS else ""


def _frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    return list(reversed(traceback.extract_tb(trace)))[:8]


def function_logger() -> Logger:
    """The logger of a function; its name and level are the environment's POWERTOOLS_SERVICE_NAME and LOG_LEVEL."""
    return Logger(logger_formatter=DiscreetFormatter())
