"""Extractors: one module a part of the record, each from sections to found values."""
