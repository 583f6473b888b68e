"""A crash is told without what someone typed."""

import logging

import pytest

from deliberation.web.logs import WithoutMessages


@pytest.fixture
def logger(caplog) -> logging.Logger:
    found = logging.getLogger("deliberation.test_logs")
    found.addFilter(WithoutMessages())
    return found


def crash() -> None:
    try:
        raise ValueError("房号 19900001234")
    except ValueError as error:
        raise LookupError("赵大妈") from error


def test_a_crash_is_logged_with_its_kind_and_place_but_no_message(logger, caplog):
    try:
        crash()
    except LookupError:
        logger.exception("Exception in ASGI application")
    for told in ("Exception in ASGI application", "ValueError", "LookupError", "in crash"):
        assert told in caplog.text
    raised = [line for line in caplog.text.splitlines() if "raise " not in line]
    assert not [line for line in raised if "赵大妈" in line or "19900001234" in line]


def test_a_record_without_a_crash_stays_as_it_is(logger, caplog):
    logger.error("address in use", exc_info=(None, None, None))
    assert caplog.messages == ["address in use"]
