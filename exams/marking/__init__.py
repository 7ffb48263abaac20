"""From answers to results: marks that people give, release, questions marked again, appeals, late answers."""
