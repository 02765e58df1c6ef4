"""How much of what is useful to know of a customer is known."""

from collections.abc import Mapping
from typing import Any

# Weights say how much a fact helps to reach and understand the customer; a share is taken, so that only their proportions count.
PERSON_WEIGHTS = {
	"customer_name": 10,
	"primary_phone": 20,
	"is_verified": 10,
	"sex": 5,
	"has_birthday": 10,
	"identity_number": 10,
	"city": 5,
	"address_line": 5,
	"email": 3,
	"wechat": 7,
	"source": 5,
	"purchase_purpose": 3,
	"occupation": 3,
	"income_band": 2,
	"education": 1,
	"household_size": 1,
}
ORGANISATION_WEIGHTS = {
	"customer_name": 10,
	"primary_phone": 15,
	"is_verified": 5,
	"identity_number": 15,
	"city": 5,
	"address_line": 5,
	"email": 5,
	"source": 5,
	"purchase_purpose": 5,
	"contract_class": 5,
	"key_account_manager": 5,
	"fleet_size": 5,
	"organisation_contacts": 10,
	"has_decision_maker": 5,
}


def completeness_percent(facts: Mapping[str, Any], is_organisation: bool) -> int:
	"""Weighted share of known facts in whole percent, rounded down so that 100 means all; a fact counts if it is not empty."""
	weights = ORGANISATION_WEIGHTS if is_organisation else PERSON_WEIGHTS
	known = sum(weight for name, weight in weights.items() if facts.get(name))
	return known * 100 // sum(weights.values())
