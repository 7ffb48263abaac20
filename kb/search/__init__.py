"""Full-text search for Chinese and English: text analysis, passages, and a backend for modelsearch.

Nothing in here imports a model or another package of the project.
"""
