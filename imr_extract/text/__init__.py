"""The letter as text: the document, its normalized form, its sentences and words."""
