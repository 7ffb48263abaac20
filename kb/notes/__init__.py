"""Field notes: what was found outside, from a question to a document in force (KCS)."""
