"""What a crash leaves in the log: where it happened and what kind, never the message.

Messages of databases and parsers quote what someone typed; names, phones and opinions do not
belong in logs.
"""

import logging
import traceback


class WithoutMessages(logging.Filter):
    """Replaces an exception in a log record by its kind and frames, and those of its causes."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.exc_info, tuple) and record.exc_info[1]:
            record.exc_text = "".join(_told(record.exc_info[1]))
            record.exc_info = None
        return True


def _told(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = _told(cause) if cause else []
    return [*before, *traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n"]
