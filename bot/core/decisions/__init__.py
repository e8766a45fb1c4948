"""What each command does to a case, by subject: pure, and refused with a sentence that says what to do instead."""
