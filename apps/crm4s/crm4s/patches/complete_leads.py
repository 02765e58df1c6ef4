"""Leads of before get their key, next action, response time and holder; their scores follow in the night."""

from crm4s.leads.completing import complete_leads


def execute() -> None:
	complete_leads()
