"""One letter: from bytes to a record. Only this package knows the order of the stages."""
