"""Who looks after whom: for every customer an advisor at each outlet and a consultant at each that sells; later the relationships. Pure."""

from datetime import date

import pandas as pd

from crm4s.demo.chance import pick, stream
from crm4s.demo.group import OUTLETS, SELLING, Person, users_of

TOPIC = 4


class Carers:
	"""The advisor and consultant that a customer has, or would have, at an outlet."""

	def __init__(self, seed: int, customers: pd.DataFrame, staff: list[Person]):
		rng = stream(seed, TOPIC)
		keys = customers["external_key"].tolist()
		self.advisors = {
			outlet: dict(zip(keys, pick(rng, users_of(staff, "Service Advisor", outlet), len(keys)), strict=True))
			for outlet in OUTLETS
		}
		self.consultants = {
			outlet: dict(zip(keys, pick(rng, users_of(staff, "Sales Consultant", outlet), len(keys)), strict=True))
			for outlet in SELLING
		}


def make_ties(
	customers: pd.DataFrame,
	cars: pd.DataFrame,
	parties: pd.DataFrame,
	visits: pd.DataFrame,
	leads: pd.DataFrame,
	deals: pd.DataFrame,
	carers: Carers,
	today: date,
) -> pd.DataFrame:
	"""One row a customer and store that deal with each other, since their first dealing: columns of C4S Store Relationship.

	The first row of a customer is the home store, so that everybody has one.
	"""
	owners = parties.merge(cars[["external_key", "_home", "_sold_by"]], left_on="parent", right_on="external_key")
	came = visits.loc[visits["customer"].notna()]
	known = leads.loc[leads["customer"].notna()]
	dealings = pd.concat(
		[
			_dealings(owners["customer"], owners["_home"], owners["valid_from"], "service"),
			_dealings(owners["customer"], owners["_sold_by"], owners["valid_from"], "sale"),
			_dealings(
				came["customer"], came["dealership"], came["arrived_on"].map(lambda moment: moment.date()), "service"
			),
			_dealings(
				known["customer"], known["dealership"], known["received_on"].map(lambda moment: moment.date()), "sale"
			),
			_dealings(
				deals["customer"], deals["dealership"], deals["_quoted_on"].map(lambda moment: moment.date()), "sale"
			),
		],
		ignore_index=True,
	)
	without = customers.loc[~customers["external_key"].isin(dealings["customer"])]
	dealings = pd.concat(
		[dealings, _dealings(without["external_key"], without["_home"], [today] * len(without), "service")],
		ignore_index=True,
	)
	ties = dealings.groupby(["customer", "dealership"], as_index=False).agg(
		since=("since", "min"), kinds=("kind", frozenset)
	)
	ties["sales_consultant"] = [
		carers.consultants[outlet][customer] if outlet in SELLING and "sale" in kinds else None
		for customer, outlet, kinds in zip(ties["customer"], ties["dealership"], ties["kinds"], strict=True)
	]
	ties["service_advisor"] = [
		carers.advisors[outlet][customer] if "service" in kinds else None
		for customer, outlet, kinds in zip(ties["customer"], ties["dealership"], ties["kinds"], strict=True)
	]
	return ties.drop(columns="kinds")


def _dealings(customers, outlets, days, kind: str) -> pd.DataFrame:
	return pd.DataFrame({"customer": list(customers), "dealership": list(outlets), "since": list(days), "kind": kind})
