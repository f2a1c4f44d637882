"""Vocabularies: sites, conditions, drugs, treatments, studies and services that words name."""
