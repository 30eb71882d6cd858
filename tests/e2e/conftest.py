"""What a test has to tell beside passing stands in the summary, whichever worker it ran in."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the properties named `told` (`record_property`)."""
    reports = [report for of in ("passed", "failed") for report in terminalreporter.getreports(of)]
    for told in [text for report in reports for name, text in report.user_properties if name == "told"]:
        terminalreporter.write_line(f"\n{told}")
