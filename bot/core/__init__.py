"""What the committee decides: pure functions over frozen values, without clock or I/O."""
