"""What holds for every test: in CI a skipped part is a failure."""

import logging
import os

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: no test fails by the clock.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


@pytest.fixture(autouse=True)
def _logs_as_they_were():
    """A test that configures the logs leaves no level and no handler behind."""
    loggers = [logging.getLogger(name) for name in (None, "heard", "apscheduler")]
    levels = [each.level for each in loggers]
    yield
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)
    root = logging.getLogger()
    root.handlers[:] = [each for each in root.handlers if type(each).__module__ != "bot.logs"]
