"""Three hundred people sit an exam at once, over HTTP: `python -m tests.bench.sitting --help`."""
