"""What we know: controlled pages, products, fault diagnosis, search."""
