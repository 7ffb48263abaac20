"""Content files of the question bank, exams and certification: read, checked, saved, written back."""
