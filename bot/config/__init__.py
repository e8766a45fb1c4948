"""The settings: from a file and the environment to frozen values, each fault in one sentence (``loading``)."""
