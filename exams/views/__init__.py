"""The screens of exams and certification."""
