"""Tags and filters of exams."""
