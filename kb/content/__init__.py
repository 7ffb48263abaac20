"""Content files: Markdown <-> rows and pages, both ways; content/README.md is the format."""
