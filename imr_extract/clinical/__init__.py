"""What the clinical extractors share: sentences, words of the vocabularies, lists, context."""
