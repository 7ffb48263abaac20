"""What the answers say about the questions: figures of classical test theory, distractors, Rasch, and their words."""
