"""The record: its model, its JSON Schema, and paths through it."""
