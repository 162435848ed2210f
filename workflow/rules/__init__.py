"""Dated numbers with their clause and source, chosen by the date of the event."""

from workflow.rules.book import Rule, RuleBook, load_rules

__all__ = ["Rule", "RuleBook", "load_rules"]
