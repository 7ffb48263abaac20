"""What past runs teach: how each branch ended, which tests come cheaper first, what fails where."""
