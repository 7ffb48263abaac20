"""What editors tell the search, and what it tells them."""
