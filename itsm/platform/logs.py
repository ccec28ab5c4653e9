"""Structured logs on standard error, with the request id on every line and no secret on any."""

import logging
import re
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_NAMES = re.compile(
    r"password|secret|token|authorization|cookie|community|routing_key", re.IGNORECASE
)
# Keys in addresses, such as /hooks/generic/<key>, and the tokens that this product hands out.
SECRET_VALUES = re.compile(r"(/hooks/[a-z0-9]+/|/p/|\bitsm[a-z]*_)[A-Za-z0-9_.-]{16,}")


def configure(style: Literal["text", "json"]) -> None:
    """Send the logs of this process, those of libraries included, to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    exceptions: list[Processor] = [structlog.processors.format_exc_info] if style == "json" else []
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *exceptions,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # What it says at INFO is how it works, not what it did.
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
    # Requests that wait for a thread for a moment; the latency histogram tells more.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def redact(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Blank out what is named like a secret or looks like one of ours."""
    del logger, method
    for name, value in line.items():
        if SECRET_NAMES.search(name):
            line[name] = "[secret]"
        elif isinstance(value, str):
            line[name] = SECRET_VALUES.sub(r"\1[secret]", value)
    return line
