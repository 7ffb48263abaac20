"""What people and editors do with the search: the words of the house, the log, suggestions, facets, saved searches."""
