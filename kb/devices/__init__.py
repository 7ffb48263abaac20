"""Single machines at customers: finding one by its label or serial number, its page and history, labels to print."""
