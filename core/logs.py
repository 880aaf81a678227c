"""Structured logs: JSON in production, readable lines elsewhere, with request and task ids."""

import logging.config

import structlog

# Django's own loggers that write the path of a request.
PATH_LOGGERS = ("django.request", "django.security.csrf")


class RouteForPath(logging.Filter):
    """Write the route instead of the path: a link's token must not reach the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; every one passes."""
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "(no route)"
            record.args = tuple(route if one == request.path else one for one in record.args)
        return True


def configure_logging(*, json: bool, level: str) -> None:
    """Send every log line of the process through structlog to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = (
        [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if json
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"route": {"()": RouteForPath}},
            "formatters": {"line": formatter},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
            "loggers": {name: {"filters": ["route"]} for name in PATH_LOGGERS},
            "root": {"handlers": ["console"], "level": level},
        }
    )
