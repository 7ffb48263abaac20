"""Existing documents (.docx, Markdown) brought in as drafts: read and arranged without models, then made in one go."""
