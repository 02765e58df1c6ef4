"""Writes the demo's rescues and home services: teams as documents, orders with fees and the bookings of teams under way as sets."""

from datetime import timedelta

import frappe
import pandas as pd

from crm4s.demo.dispatch import Dispatch
from crm4s.demo.rows import BOOKING, CUSTOMER, VEHICLE, VISIT, _insert, _insert_named, _insert_table, _linked, _names, _plain
from crm4s.demo.service_rows import _bookings, write_resources
from crm4s.dispatch.standards import SENT, Standard, deadlines
from crm4s.identifiers.masking import mask_phone
from crm4s.masked_twins import plate_in_title
from crm4s.rows.writer import Writes, read_rows, update_rows
from crm4s.value.money import line_amount, total

ORDER, FEE, TROUBLE = "C4S Dispatch Order", "C4S Dispatch Fee", "C4S Trouble Type"
STAMPS = ("ended_on", "arrived_on", "departed_on", "dispatched_on", "called_on")
MINUTES_TAKEN = 60


def write_dispatch(dispatch: Dispatch) -> None:
	teams, visits = write_resources(dispatch.teams), _names(VISIT)
	frame = _linked(dispatch.orders, {"customer": _names(CUSTOMER), "vehicle": _names(VEHICLE), "service_visit": visits, "team": teams})
	orders = _complete(frame, _fees_of(dispatch.fees))
	writes = Writes()
	held = _held(orders, teams)
	orders["team_booking"] = orders["key"].map(dict(zip(held["order"], held["name"], strict=True)))
	names = _insert_named(writes, ORDER, orders, "key")
	_insert_table(writes, ORDER, "fees", FEE, dispatch.fees.assign(amount=_amounts(dispatch.fees)), names)
	_insert(writes, BOOKING, held.assign(reference_doctype=ORDER, reference_name=held["order"].map(names)).drop(columns=["order", "field"]))
	writes.flush()
	of_visits = orders.loc[orders["service_visit"].notna()]
	update_rows(VISIT, [{"name": visit, "dispatch_order": names[key]} for key, visit in zip(of_visits["key"], of_visits["service_visit"], strict=True)])


def _complete(frame: pd.DataFrame, fees: dict[str, dict]) -> pd.DataFrame:
	"""What the controller works out of a row."""
	standards = {row.name: Standard(row.dispatch_minutes, row.arrival_minutes, row.on_site_minutes) for row in frappe.get_all(TROUBLE, fields=["*"])}
	models = {row.name: row.model for row in read_rows(VEHICLE, "name", frame["vehicle"], ["name", "model"])}
	rows = []
	for row in frame.to_dict("records"):
		standard = standards.get(_plain(row["trouble"]) or "", Standard())
		dispatch_by, arrive_by = deadlines(standard, row["called_on"], _plain(row["planned_from"]))
		last = next(moment for field in STAMPS if (moment := _plain(row[field])))
		team = {}
		if _plain(row["team"]):
			begun = row["dispatched_on"]
			team = {"team_from": begun, "team_until": _plain(row["ended_on"]) or begun + timedelta(minutes=MINUTES_TAKEN)}
		known = {"title": " · ".join((plate_in_title(row["plate_number"]), row["contact_name"]))[:140], "masked_phone": mask_phone(row["contact_phone"]), "model": models[row["vehicle"]]}
		times = {"dispatch_by": dispatch_by, "arrive_by": arrive_by, "on_site_standard": standard.on_site, "creation": row["called_on"], "modified": last}
		rows.append({**row, **known, **times, **team, **fees.get(row["key"], {})})
	return pd.DataFrame(rows, dtype=object)


def _held(orders: pd.DataFrame, teams: dict[str, str]) -> pd.DataFrame:
	"""The time of the teams that are out now."""
	out = orders.loc[orders["status"].isin(SENT)]
	frame = pd.DataFrame(
		{"order": out["key"], "field": "team_booking", "resource": out["team"], "dealership": out["dealership"], "starts_at": out["team_from"], "ends_at": out["team_until"]}
	)
	return _bookings(frame, "order", dict(zip(out["key"], out["title"], strict=True)), {name: name for name in teams.values()})


def _amounts(fees: pd.DataFrame) -> list[float]:
	return [float(line_amount(row["quantity"], row["unit_price"], row["discount_amount"])) for row in fees.to_dict("records")]


def _fees_of(fees: pd.DataFrame) -> dict[str, dict]:
	found: dict[str, dict] = {}
	for key, rows in fees.assign(amount=_amounts(fees)).groupby("parent"):
		own = total(rows.loc[rows["payer"] == "Customer", "amount"])
		everything = total(rows["amount"])
		found[key] = {"customer_amount": float(own), "others_amount": float(everything - own), "total_amount": float(everything)}
	return found
