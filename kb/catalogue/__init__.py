"""The catalogue as spreadsheets: taken away whole, and brought in again."""
