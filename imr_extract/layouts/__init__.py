"""Layouts: what each kind of letter prints, which kind a text is, and where its sections begin."""
