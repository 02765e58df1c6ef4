"""Writes the demo's tables as sets: cars, customers and visits through the intake, the rest row by row in the same statements.

Tables name each other by key, the database by name. What was written before is found by key, so that a later stage can go on alone.
"""

from collections.abc import Iterable, Mapping

import frappe
import pandas as pd
from frappe.query_builder.functions import Min
from frappe.utils import flt, get_datetime

from crm4s.advice.suitability import needs_of, suggest
from crm4s.crm4s.doctype.c4s_vehicle import churn_stage
from crm4s.demo.contact_rows import complete_answers
from crm4s.demo.deals import TABLES, Deals
from crm4s.demo.drives import BUFFER_AFTER, Drives
from crm4s.demo.leads import Leads
from crm4s.demo.passages import lead_passages
from crm4s.demo.people import People
from crm4s.demo.retention import Retention
from crm4s.demo.showroom import Showroom
from crm4s.demo.standards import table
from crm4s.demo.used_cars import UsedCars
from crm4s.demo.vehicles import Vehicles
from crm4s.demo.visits import Visits
from crm4s.demo.voice import Voice
from crm4s.identifiers.masking import mask_identity_number, mask_phone
from crm4s.intake.customers import take_in_customers
from crm4s.intake.result import Outcome
from crm4s.intake.vehicles import take_in_vehicles
from crm4s.intake.visits import take_in_visits
from crm4s.masked_twins import plate_in_title
from crm4s.patches import begin_clocks_of_complaints, publish_first_versions
from crm4s.rows.names import Series
from crm4s.rows.writer import Writes, update_rows
from crm4s.value.churn import standing
from crm4s.workflows.passages import entering
from crm4s.workflows.states import states_for, states_meaning, status_of
from crm4s.workflows.touchpoints import touchpoint_of

CUSTOMER, VEHICLE, VISIT, LEAD = "C4S Customer", "C4S Vehicle", "C4S Service Visit", "C4S Lead"
MOVEMENT, READING = "C4S Stock Movement", "C4S Odometer Reading"
RETENTION, PASSAGE = "C4S Retention Case", "C4S State Passage"
APPRAISAL, JOB = "C4S Used Car Appraisal", "C4S Reconditioning Job"
DEAL, DEAL_SERVICE, QUOTATION = "C4S Deal", "C4S Deal Service", "C4S Quotation Version"
RESOURCE, ROUTE, DRIVE, BOOKING = "C4S Resource", "C4S Test Drive Route", "C4S Test Drive", "C4S Booking"
# The whole demo is a few chunks, written in the transaction of its stage.
OPTIONS = {"commit": False, "chunk": 10_000}


class RejectedError(Exception):
	"""The demo made a record that the intake refuses; a mistake of the demo."""


def write_people(people: People, ties: pd.DataFrame) -> None:
	"""Customers with their tables, and the stores that know them."""
	names = _taken_in(take_in_customers(_stored(people.customers), _keyed(people.phones), **OPTIONS))
	writes = Writes()
	_insert_table(writes, CUSTOMER, "interests", "C4S Customer Interest", people.interests, names)
	person = dict(zip(people.customers["external_key"], people.customers["customer_name"], strict=True))
	relations = people.relations.assign(
		related_customer=people.relations["related_customer"].map(names),
		related_customer_name=people.relations["related_customer"].map(person),
	)
	_insert_table(writes, CUSTOMER, "relations", "C4S Customer Relation", relations, names)
	_insert_table(writes, CUSTOMER, "organisation_contacts", "C4S Organisation Contact", people.contacts, names)
	known = ties.assign(
		customer=ties["customer"].map(names),
		customer_name=ties["customer"].map(person),
		taken_up_by="Administrator",
		creation=pd.Series(map(get_datetime, ties["since"]), dtype=object),
	)
	_insert(writes, "C4S Store Relationship", known)
	writes.flush()
	for key in people.contacts["parent"].unique():
		_complete_organisation(names[key])


def _complete_organisation(name: str) -> None:
	"""Contacts count for completeness, and the intake of customers knows none."""
	customer = frappe.get_doc(CUSTOMER, name)
	customer.set_completeness()
	customer.db_set("completeness_percent", customer.completeness_percent, update_modified=False)


def write_vehicles(vehicles: Vehicles) -> None:
	"""Cars with their tables, their stock log, and the status in which the log leaves them."""
	parties = _keyed(vehicles.parties.drop(columns="idx")).rename(columns={"customer": "customer_key"})
	names = _taken_in(take_in_vehicles(_stored(vehicles.cars), parties, **OPTIONS))
	writes = Writes()
	_insert_table(writes, VEHICLE, "options", "C4S Vehicle Fitted Option", vehicles.options, names)
	# The intake let each car enter the books now; here each has its past.
	frappe.db.delete(MOVEMENT, {"vehicle": ["in", list(names.values())], "movement": "Entry"})
	movements = vehicles.movements
	_insert(
		writes,
		MOVEMENT,
		movements.assign(
			vehicle=movements["vehicle"].map(names), creation=movements["moved_on"], modified=movements["moved_on"]
		),
	)
	writes.flush()
	_set_status(vehicles.cars, names)


def _set_status(cars: pd.DataFrame, names: Mapping[str, str]) -> None:
	rows = zip(cars["external_key"], cars["_status"], cars["_in_stock_since"], strict=True)
	update_rows(
		VEHICLE, [{"name": names[key], "status": status, "in_stock_since": since} for key, status, since in rows]
	)


def write_visits(visits: Visits) -> None:
	"""Visits with their items and readings, the readings from elsewhere, and what of each car's plan was done when."""
	cars = _names(VEHICLE)
	writes = Writes()
	_insert(
		writes,
		READING,
		visits.readings.assign(vehicle=visits.readings["vehicle"].map(cars), creation=visits.readings["read_on"], known_from="Papers"),
	)
	_insert_table(writes, VEHICLE, "maintenance_done", "C4S Maintenance Done", visits.done, cars)
	writes.flush()
	frame = visits.visits.rename(columns={"customer": "customer_key", "vehicle": "vehicle_key"})
	_taken_in(take_in_visits(frame, _keyed(visits.items.drop(columns="idx")), **OPTIONS))


def write_leads(leads: Leads) -> None:
	customers = _names(CUSTOMER)
	frame = leads.leads.assign(customer=leads.leads["customer"].map(customers), creation=leads.leads["received_on"])
	frame["masked_phone"] = frame["phone"].map(mask_phone)
	talks = leads.contacts["parent"].value_counts()
	frame["workflow_state"] = _states(LEAD, frame["status"], frame["external_key"].map(talks).fillna(0))
	frame["modified"] = frame[["received_on", "last_contacted_on", "won_on", "lost_on"]].apply(_latest, axis=1)
	writes = Writes()
	names = _insert_named(writes, LEAD, frame, "external_key")
	_insert_table(writes, LEAD, "contacts", "C4S Lead Contact", leads.contacts, names)
	_insert_passages(writes, leads, dict(zip(frame["external_key"], frame["workflow_state"], strict=True)), names)
	writes.flush()


def _insert_passages(writes: Writes, leads: Leads, states: Mapping[str, str | None], names: Mapping[str, str]) -> None:
	"""The ways through the states, where a workflow leads the leads."""
	path = _open_path(LEAD)
	if not path:
		return
	passages = lead_passages(leads, path, states, states_for(LEAD, ("Won", "Lost")))
	passages = passages.assign(document_type=LEAD, document_name=passages["document_name"].map(names), creation=passages["entered_on"])
	_insert(writes, PASSAGE, passages)


def write_showroom(showroom: Showroom) -> None:
	"""Visits and the line of consultants as rows; the advices as documents, which judge their models."""
	links = {"customer": _names(CUSTOMER), "lead": _names(LEAD)}
	visits = _linked(showroom.visits, links).assign(creation=showroom.visits["arrived_on"])
	visits["modified"] = showroom.visits[["arrived_on", "offered_on", "left_on"]].apply(_latest, axis=1)
	writes = Writes()
	_insert_named(writes, "C4S Showroom Visit", visits, "key")
	_insert(writes, "C4S Reception Queue Entry", showroom.line)
	writes.flush()
	for row in _linked(showroom.advices, links).to_dict("records"):
		# A lead without a customer's file has nothing there, which pandas writes as a number.
		values = {field: value for field, value in row.items() if value is not None and value == value}
		best = suggest(needs_of(values), most=3)
		models = [{"model": row.model} for row in best if not row.is_ruled_out]
		frappe.get_doc({"doctype": "C4S Purchase Advice", **values, "models": models}).insert(ignore_permissions=True)


def write_drives(drives: Drives) -> None:
	"""Cars and routes as documents, the drives with their ratings, bookings and the odometer readings that they leave."""
	vehicles = _names(VEHICLE)
	cars = drives.cars.assign(vehicle=drives.cars.get("vehicle", pd.Series(dtype=object)).map(vehicles))
	resources = _documents(RESOURCE, cars.assign(kind="Test-Drive Car", buffer_after_minutes=BUFFER_AFTER))
	routes = _documents(ROUTE, drives.routes)
	if drives.drives.empty:
		return
	frame = _linked(drives.drives, {"lead": _names(LEAD), "customer": _names(CUSTOMER)})
	frame = frame.assign(
		resource=[resources[position] for position in frame["resource"]],
		route=[routes[position] for position in frame["route"]],
		masked_phone=frame["phone"].map(mask_phone),
		masked_licence_number=[_masked(number, mask_identity_number) for number in _column(frame, "licence_number")],
	)
	frame["modified"] = [_plain(ended) or begins for ended, begins in zip(_column(frame, "ended_on"), frame["planned_from"], strict=True)]
	writes = Writes()
	names = _insert_named(writes, DRIVE, frame, "key")
	_insert_table(writes, DRIVE, "ratings", "C4S Test Drive Rating", drives.ratings, names)
	_insert(writes, READING, _readings_of_drives(frame, names, dict(zip(resources, cars["vehicle"], strict=True))))
	bookings = drives.bookings.assign(
		resource=[resources[position] for position in drives.bookings["resource"]],
		reference_doctype=DRIVE,
		reference_name=drives.bookings["parent"].map(names),
	)
	_insert(writes, BOOKING, bookings.drop(columns="parent"))
	writes.flush()
	_tie_bookings()


def _readings_of_drives(frame: pd.DataFrame, names: Mapping[str, str], vehicle_of: Mapping[str, str]) -> pd.DataFrame:
	done = frame.loc[frame["status"] == "Done"]
	return pd.DataFrame(
		{
			"vehicle": done["resource"].map(vehicle_of),
			"dealership": done["dealership"],
			"read_on": done.get("ended_on"),
			"kilometres": done.get("odometer_in"),
			"source_doctype": DRIVE,
			"source_name": done["key"].map(names),
		},
		dtype=object,
	)


def _tie_bookings() -> None:
	"""A drive names the booking that it holds."""
	drive, booking = frappe.qb.DocType(DRIVE), frappe.qb.DocType(BOOKING)
	(
		frappe.qb.update(drive)
		.join(booking)
		.on((booking.reference_doctype == DRIVE) & (booking.reference_name == drive.name) & (booking.status == "Booked"))
		.set(drive.booking, booking.name)
		.where(drive.booking.isnull())
	).run()


def write_deals(deals: Deals) -> None:
	"""Deals with their tables, one-stop services and quotations, and a call for each car that was delivered a moment ago."""
	links = {"customer": _names(CUSTOMER), "lead": _names(LEAD), "vehicle": _names(VEHICLE)}
	frame = _linked(deals.deals, {**links, "allocation_key": links["vehicle"]})
	frame = frame.assign(
		vin=[_plain(vin) if _plain(car) else None for vin, car in zip(frame["_vin"], frame["vehicle"], strict=True)],
		workflow_state=_states_of_deals(frame),
		creation=frame["_quoted_on"],
		modified=frame[["_quoted_on", "ordered_on", "delivered_on", "cancelled_on"]].apply(_latest, axis=1),
	)
	writes = Writes()
	names = _insert_named(writes, DEAL, frame, "external_key")
	meta = frappe.get_meta(DEAL)
	for fieldname in TABLES:
		_insert_table(writes, DEAL, fieldname, meta.get_field(fieldname).options, deals.rows[fieldname], names)
	services = _linked(deals.services, {"customer": links["customer"], "deal": names})
	_insert_named(writes, DEAL_SERVICE, services.assign(creation=services["_entered_on"], modified=services["_entered_on"]), "key")
	writes.flush()
	_write_quotations(deals, links["customer"], names)
	_call_new_owners(frame, names)


def _states_of_deals(frame: pd.DataFrame) -> list[str | None]:
	"""The state that the demo means where the workflow has it, else the first with the deal's status."""
	meant, first = table("deals")["states"], states_for(DEAL, frame["status"].unique())
	return [
		meant[stage] if status_of(DEAL, meant[stage]) == status else first[status]
		for stage, status in zip(frame["_stage"], frame["status"], strict=True)
	]


def _write_quotations(deals: Deals, customers: Mapping[str, str], names: Mapping[str, str]) -> None:
	writes = Writes()
	versions = _linked(deals.versions, {"customer": customers, "deal": names})
	keys = _insert_named(writes, QUOTATION, versions.assign(creation=versions["quoted_on"], modified=versions["quoted_on"]), "key")
	for fieldname, rows in deals.version_rows.items():
		_insert_table(writes, QUOTATION, fieldname, frappe.get_meta(QUOTATION).get_field(fieldname).options, rows, keys)
	latest = dict(zip(versions["deal"], versions["key"].map(keys), strict=True))
	writes.flush()
	update_rows(DEAL, [{"name": deal, "last_quotation": version} for deal, version in latest.items()])


def _call_new_owners(frame: pd.DataFrame, names: Mapping[str, str]) -> None:
	for deal in frame.loc[frame["_stage"] == "delivered"].to_dict("records"):
		name = names[deal["external_key"]]
		task = frappe.get_doc(
			{
				"doctype": "ToDo",
				"allocated_to": deal["sales_consultant"],
				"reference_type": DEAL,
				"reference_name": name,
				"date": deal["follow_up_on"],
				"description": f"交车后回访 {deal['title']}：用车是否一切顺利？",
			}
		).insert(ignore_permissions=True)
		frappe.db.set_value(DEAL, name, "follow_up_task", task.name, update_modified=False)


def write_used_cars(used: UsedCars) -> None:
	"""Appraisals with their tables, the work on bought cars, and what these cost; the stock log names the appraisal and the jobs."""
	cars = _names(VEHICLE)
	links = {"customer": _names(CUSTOMER), "lead": _names(LEAD), "vehicle": cars}
	frame = _linked(used.appraisals, links)
	models = dict(frappe.get_all("C4S Vehicle Model", fields=["name", "model_title"], as_list=True))
	parts = zip(frame["plate_number"].map(plate_in_title), frame["model"].map(models), frame["customer_name"], strict=True)
	frame["title"] = [" · ".join(part for part in row if part) for row in parts]
	frame = frame.assign(creation=frame["_looked_at"], modified=frame[["_looked_at", "accepted_on", "refused_on", "bought_on"]].apply(_latest, axis=1))
	writes = Writes()
	names = _insert_named(writes, APPRAISAL, frame, "key")
	_insert_table(writes, APPRAISAL, "points", "C4S Appraisal Point", used.points, names)
	_insert_table(writes, APPRAISAL, "documents", "C4S Appraisal Document", used.documents, names)
	titles = dict(frappe.get_all(VEHICLE, {"name": ["in", list({cars[key] for key in used.jobs["vehicle"]})]}, ["name", "vehicle_title"], as_list=True))
	jobs = _linked(used.jobs, {"vehicle": cars, "appraisal": names})
	jobs = jobs.assign(vehicle_title=jobs["vehicle"].map(titles), creation=jobs["_entered_on"])
	_insert_named(writes, JOB, jobs, "key")
	writes.flush()
	costs = _linked(used.costs, {"vehicle": cars, "appraisal": names})
	update_rows(VEHICLE, costs.rename(columns={"vehicle": "name", "appraisal": "purchase_appraisal"}).to_dict("records"))
	moves = dict(frappe.get_all(MOVEMENT, {"movement": "Traded In", "vehicle": ["in", costs["vehicle"].tolist()]}, ["vehicle", "name"], as_list=True))
	update_rows(MOVEMENT, [{"name": moves[vehicle], "reference": name} for vehicle, name in zip(costs["vehicle"], costs["appraisal"], strict=True)])


def write_retention(retention: Retention) -> None:
	"""Cases of customers who have not come for long, with their plans, after it is known how each car stands."""
	writes = Writes()
	cars = {row.name: row for row in frappe.get_all(VEHICLE, {"external_key": ["like", "demo:%"]}, ["name", "visit_rhythm_days"], limit_page_length=0)}
	values = dict(frappe.get_all(CUSTOMER, {"external_key": ["like", "demo:%"]}, ["name", "value_level"], as_list=True, limit_page_length=0))
	links = {"customer": _names(CUSTOMER), "vehicle": _names(VEHICLE), "won_back_visit": _names(VISIT)}
	cases, all_stages = _linked(retention.cases, links), churn_stage.stages()
	facts = zip(cases["vehicle"], cases["_last_on"], cases["opened_on"], strict=True)
	cases = cases.assign(
		workflow_state=_states(RETENTION, cases["status"], cases["_steps"]),
		open_key=[car if status == "Open" else None for car, status in zip(cases["vehicle"], cases["status"], strict=True)],
		churn_stage=[standing(all_stages, last_on, cars[car].visit_rhythm_days, opened_on.date()).stage for car, last_on, opened_on in facts],
		away_since=cases["_last_on"],
		value_level=[values.get(customer) for customer in cases["customer"]],
	)
	names = _insert_named(writes, RETENTION, cases, "key")
	_insert_table(writes, RETENTION, "contacts", "C4S Retention Contact", retention.contacts, names)
	_insert_table(writes, RETENTION, "objection_rows", "C4S Retention Objection", retention.objections, names)
	for row in cases.loc[cases["status"] == "Open"].to_dict("records"):
		writes.insert(PASSAGE, entering(RETENTION, {**row, "name": names[row["key"]]}, row["opened_on"]))
	writes.flush()


def write_voice(voice: Voice) -> None:
	links = {
		"customer": _names(CUSTOMER),
		"vehicle": _names(VEHICLE),
		"service_visit": _names(VISIT),
		"lead": _names(LEAD),
	}
	writes = Writes()
	complaints = _linked(voice.complaints, links).assign(creation=voice.complaints["received_on"])
	complaints["modified"] = complaints[["received_on", "responded_on", "resolved_on", "closed_on"]].apply(
		_latest, axis=1
	)
	answered = complaints["responded_on"].notna() * 2
	complaints["workflow_state"] = _states("C4S Complaint", complaints["status"], answered)
	_insert_named(writes, "C4S Complaint", complaints, "key")
	responses = _linked(voice.responses, links).assign(
		creation=voice.responses["responded_on"], modified=voice.responses["responded_on"]
	)
	responses["score"] = [flt(score, 1) for score in responses["score"]]
	versions = dict(frappe.get_all("C4S Survey", fields=["name", "published_version"], as_list=True))
	responses["version"] = [versions[survey] for survey in responses["survey"]]
	names = _insert_named(writes, "C4S Survey Response", responses, "key")
	survey_of = dict(zip(voice.responses["key"], voice.responses["survey"], strict=True))
	questions = _question_rows()
	rows = [
		questions[survey_of[key], number]
		for key, number in zip(voice.answers["parent"], voice.answers["question_number"], strict=True)
	]
	answers = voice.answers.drop(columns="question_number").assign(question_row=rows)
	_insert_table(writes, "C4S Survey Response", "answers", "C4S Survey Answer", answers, names)
	writes.flush()
	# As an existing site gets what newer versions derive.
	begin_clocks_of_complaints.execute()
	publish_first_versions.execute()
	complete_answers()


def set_times_of_saving() -> None:
	"""Lists show what was saved last on top, so what happened last must have been saved last."""
	visit = frappe.qb.DocType(VISIT)
	settled = frappe.qb.functions("ifnull", visit.settled_on, visit.arrived_on)
	frappe.qb.update(visit).set(visit.creation, visit.arrived_on).set(visit.modified, settled).where(
		visit.external_key.like("demo:%")
	).run()
	customer, tie = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType("C4S Store Relationship")
	first = frappe.qb.from_(tie).groupby(tie.customer).select(tie.customer, Min(tie.since).as_("since")).as_("first")
	(
		frappe.qb.update(customer)
		.join(first)
		.on(first.customer == customer.name)
		.set(customer.creation, first.since)
		.where(customer.external_key.like("demo:%"))
	).run()


def _question_rows() -> dict[tuple[str, int], str]:
	rows = frappe.get_all("C4S Survey Question", fields=["name", "parent", "idx"], limit_page_length=0)
	return {(row.parent, row.idx): row.name for row in rows}


def _latest(row: pd.Series):
	return max(moment for moment in row if moment is not None and moment == moment)


def _states(doctype: str, statuses: Iterable[str], steps: Iterable[float]) -> list[str | None]:
	"""The first state of each status; what is open stands so many steps along, before the states that ask for fields of their own."""
	path = _open_path(doctype) or [None]
	first = states_for(doctype, set(statuses))
	return [
		path[min(int(step), len(path) - 1)] if status == "Open" else first[status]
		for status, step in zip(statuses, steps, strict=True)
	]


def _open_path(doctype: str) -> list[str]:
	return [state for state in states_meaning(doctype, "Open") if not _asks_for_fields(doctype, state)]


def _asks_for_fields(doctype: str, state: str) -> bool:
	touchpoint = touchpoint_of(doctype, state)
	return bool(touchpoint) and any(row.mandatory for row in touchpoint.entry_fields)


# Frames and rows


def _documents(doctype: str, frame: pd.DataFrame) -> list[str]:
	"""Few rows, each inserted as a document; their names in the order of the frame."""
	rows = frame.astype(object).to_dict("records")
	return [frappe.get_doc({"doctype": doctype, **row}).insert(ignore_permissions=True).name for row in rows]


def _column(frame: pd.DataFrame, name: str) -> list:
	return frame[name].tolist() if name in frame else [None] * len(frame)


def _plain(value):
	"""Nothing, where the frame has an empty cell."""
	return value if value is not None and value == value else None


def _masked(value, mask) -> str | None:
	return mask(value) if _plain(value) else None


def _stored(frame: pd.DataFrame) -> pd.DataFrame:
	"""Only the columns that are fields."""
	return frame[[column for column in frame.columns if not column.startswith("_")]]


def _keyed(children: pd.DataFrame) -> pd.DataFrame:
	return children.rename(columns={"parent": "external_key"}).drop(columns="idx", errors="ignore")


def _taken_in(outcome: Outcome) -> dict[str, str]:
	if outcome.rejected:
		raise RejectedError(str(outcome.rejected[:5]))
	return outcome.names


def _names(doctype: str) -> dict[str, str]:
	rows = frappe.get_all(
		doctype, {"external_key": ["like", "demo:%"]}, ["external_key", "name"], as_list=True, limit_page_length=0
	)
	return dict(rows)


def _linked(frame: pd.DataFrame, links: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
	return frame.assign(**{field: frame[field].map(names) for field, names in links.items() if field in frame})


def _insert(writes: Writes, doctype: str, frame: pd.DataFrame) -> None:
	"""A row of the frame each; an empty cell takes the default of a new document."""
	for row in frame.astype(object).to_dict("records"):
		writes.insert(doctype, {field: value for field, value in row.items() if value is not None and value == value})


def _insert_table(
	writes: Writes, parent_type: str, table: str, doctype: str, frame: pd.DataFrame, names: Mapping[str, str]
) -> None:
	_insert(writes, doctype, frame.assign(parent=frame["parent"].map(names), parenttype=parent_type, parentfield=table))


def _insert_named(writes: Writes, doctype: str, frame: pd.DataFrame, key: str) -> dict[str, str]:
	"""Named by the doctype's series in the order of the frame; return the names by key."""
	names = Series(doctype).reserve(frame.to_dict("records"))
	stored = frame if key == "external_key" else frame.drop(columns=key)
	_insert(writes, doctype, _stored(stored).assign(name=names))
	return dict(zip(frame[key], names, strict=True))
