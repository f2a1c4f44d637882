"""Treatments and studies in sentences: what was done, and where each name begins and ends."""
