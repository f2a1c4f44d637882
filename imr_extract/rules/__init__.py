"""The rules: patterns, the tables of pattern rows, and the catalogue that explains each row."""
