"""What templates need of the frame."""
