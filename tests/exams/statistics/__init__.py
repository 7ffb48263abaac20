"""What the answers say about the questions."""
