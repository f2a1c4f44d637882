"""Diagnoses in sentences: where they are stated, and how shared words belong to each."""
