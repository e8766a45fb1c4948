"""Where cases are kept. Every store passes the same contract tests."""
