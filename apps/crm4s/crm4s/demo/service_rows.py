"""Writes the demo's workshop and its appointments beside the visits that are there already, as sets."""

import base64
import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO

import frappe
import pandas as pd
from PIL import Image, ImageDraw

from crm4s.crm4s.doctype.c4s_checklist_template.c4s_checklist_template import WALK_ROUND, template_for
from crm4s.demo.appointments import Appointments
from crm4s.demo.rows import BOOKING, CUSTOMER, PASSAGE, RESOURCE, VEHICLE, VISIT, _insert, _insert_named, _insert_table, _linked, _names, _plain
from crm4s.demo.workshop import Workshop
from crm4s.identifiers.masking import mask_phone
from crm4s.intake.visits import set_totals
from crm4s.masked_twins import plate_in_title
from crm4s.rows.writer import Writes, read_rows, update_rows
from crm4s.service.parts import missing
from crm4s.workflows.events import EVENTS, states_waiting
from crm4s.workflows.states import states_for, states_meaning

ITEM, JOB, JOB_ITEM, INTERVAL, CHECK, POINT = "C4S Service Item", "C4S Repair Job", "C4S Repair Job Item", "C4S Work Interval", "C4S Quality Check", "C4S Walk-Round Point"
APPOINTMENT, APPOINTMENT_ITEM = "C4S Service Appointment", "C4S Appointment Item"
OPEN, SETTLED = "Open", "Settled"


def write_workshop(workshop: Workshop) -> None:
	"""Bays and people as documents; jobs with their times, checks and bookings, and what each visit knows of them, as rows."""
	resources = write_resources(workshop.resources)
	visits = {key: name for key, name in _names(VISIT).items() if key in set(workshop.facts["visit"])}
	facts = {row.name: row for row in read_rows(VISIT, "name", visits.values(), ["name", "plate_number", "status", "visit_kind", "dealership"])}
	_write_states(workshop, visits)
	_write_jobs(workshop, visits, resources, facts)
	_write_decisions(workshop, visits, facts)
	_write_walk_rounds(workshop, visits)


def write_resources(resources: list[dict]) -> dict[str, str]:
	"""Names by key; those of an earlier stage are found by what they are."""
	rows = [{**row, "vehicle": row.get("vehicle") and _names(VEHICLE)[row["vehicle"]]} for row in resources]
	known = {(row.kind, row.resource_name, row.dealership): row.name for row in frappe.get_all(RESOURCE, fields=["name", "kind", "resource_name", "dealership"])}
	named = {}
	for row in rows:
		found = known.get((row["kind"], row["resource_name"], row["dealership"]))
		values = {field: value for field, value in row.items() if field != "key"}
		named[row["key"]] = found or frappe.get_doc({"doctype": RESOURCE, **values}).insert(ignore_permissions=True).name
	return named


def _write_states(workshop: Workshop, visits: Mapping[str, str]) -> None:
	"""The passages, and the state in which each open visit is now; without a workflow there are none."""
	state_of = states_by_event()
	if not state_of:
		return
	rows = workshop.passages.assign(state=workshop.passages["event"].map(lambda event: state_of.get(_plain(event))))
	rows = rows.loc[rows["state"].notna()]
	names = rows["visit"].map(visits)
	seconds = [int((left - entered).total_seconds()) if _plain(left) else 0 for entered, left in zip(rows["entered_on"], rows["left_on"], strict=True)]
	passages = pd.DataFrame(
		{
			**{"document_type": VISIT, "document_name": names, "dealership": rows["dealership"], "state": rows["state"], "status": rows["event"].map(lambda event: SETTLED if event == SETTLED else OPEN)},
			**{"entered_on": rows["entered_on"], "left_on": rows["left_on"], "entered_by": rows["by"], "left_by": rows["by"].where(rows["left_on"].notna()), "seconds": seconds, "creation": rows["entered_on"]},
		},
		dtype=object,
	)
	# Those of the intake say when the demo was loaded.
	frappe.db.delete(PASSAGE, {"document_type": VISIT, "document_name": ["in", list(visits.values())]})
	writes = Writes()
	_insert(writes, PASSAGE, passages)
	writes.flush()
	present = dict(zip(names, rows["state"], strict=True))
	is_open = {visits[key] for key in workshop.facts.loc[workshop.facts["status"] == OPEN, "visit"]}
	update_rows(VISIT, [{"name": name, "workflow_state": state} for name, state in present.items() if name in is_open])


def states_by_event() -> dict[str | None, str]:
	"""The state that each event brings in the site's own workflow; None is where a visit begins."""
	path = states_meaning(VISIT, OPEN)
	if not path:
		return {}
	entered = {event: next((state for state in path if state in states_waiting(VISIT, event)), None) for event in EVENTS}
	return {None: path[0], SETTLED: states_for(VISIT, (SETTLED,))[SETTLED], **entered}


def _write_jobs(workshop: Workshop, visits: Mapping[str, str], resources: Mapping[str, str], facts: Mapping[str, dict]) -> None:
	items = _rows_of_visits(visits)
	lines = workshop.job_items.to_dict("records")
	named: dict[str, list] = {}
	for row in lines:
		named.setdefault(row["job"], []).append(items[visits[row["visit"]], row["idx"]])
	frame = _linked(workshop.jobs, {"bay": resources, "technician": resources}).assign(
		service_visit=workshop.jobs["visit"].map(visits),
		plate_number=[facts[visits[key]].plate_number for key in workshop.jobs["visit"]],
		creation=workshop.jobs["_entered_on"],
		modified=[_plain(done) or _plain(begun) or entered for done, begun, entered in zip(workshop.jobs["finished_on"], workshop.jobs["started_on"], workshop.jobs["_entered_on"], strict=True)],
	)
	frame["title"] = [
		" · ".join(part for part in (plate_in_title(plate), " + ".join(row.item_name for row in named[key][:3])) if part)[:140]
		for key, plate in zip(frame["key"], frame["plate_number"], strict=True)
	]
	bookings = _bookings(workshop.bookings, "job", frame.set_index("key")["title"].to_dict(), resources)
	for field in ("bay_booking", "technician_booking"):
		held = bookings.loc[bookings["field"] == field]
		frame[field] = frame["key"].map(dict(zip(held["job"], held["name"], strict=True)))
	writes = Writes()
	jobs = _insert_named(writes, JOB, frame.drop(columns="visit"), "key")
	rows = pd.DataFrame(
		[{"parent": key, "idx": idx, "service_item": row.name, "item_name": row.item_name, "minutes": row.minutes} for key, found in named.items() for idx, row in enumerate(found, 1)]
	)
	_insert_table(writes, JOB, "items", JOB_ITEM, rows, jobs)
	users = {row["key"]: row.get("user") for row in workshop.resources}
	times = workshop.intervals.assign(parent=workshop.intervals["job"], technician=workshop.intervals["technician"].map(resources), worked_by=workshop.intervals["worked_by"].map(users))
	_insert_table(writes, JOB, "intervals", INTERVAL, times.drop(columns="job"), jobs)
	_insert(writes, BOOKING, bookings.assign(reference_doctype=JOB, reference_name=bookings["job"].map(jobs)).drop(columns=["job", "field"]))
	plates = workshop.checks["visit"].map(lambda key: facts[visits[key]].plate_number)
	titles = [" · ".join(part for part in (plate_in_title(plate), frappe._(kind), frappe._(result)) if part) for plate, kind, result in zip(plates, workshop.checks["check_kind"], workshop.checks["result"], strict=True)]
	checks = workshop.checks.assign(service_visit=workshop.checks["visit"].map(visits), repair_job=workshop.checks["job"].map(jobs), title=titles, creation=workshop.checks["checked_on"])
	_insert(writes, CHECK, checks.drop(columns=["visit", "job"]))
	writes.flush()
	done = workshop.decisions.loc[workshop.decisions["job"].notna()]
	update_rows(ITEM, [{"name": items[visits[row["visit"]], row["idx"]].name, "job": jobs[row["job"]], "technician": users[row["technician"]]} for row in done.to_dict("records")])
	known = _linked(workshop.facts, {"comeback_of": _names(VISIT)}).to_dict("records")
	fields = ("quoted_on", "jobs_total", "jobs_open", "quality", "comeback_of")
	update_rows(VISIT, [{"name": visits[row["visit"]], **{field: _plain(row[field]) for field in fields}} for row in known])


def _rows_of_visits(visits: Mapping[str, str]) -> dict[tuple[str, int], dict]:
	rows = read_rows(ITEM, "parent", visits.values(), ["name", "parent", "idx", "item_name", "minutes"])
	return {(row.parent, row.idx): row for row in rows}


def _bookings(frame: pd.DataFrame, owner: str, titles: Mapping[str, str], resources: Mapping[str, str]) -> pd.DataFrame:
	"""Rows with names, so that their documents can name them."""
	kinds = {row.name: row for row in read_rows(RESOURCE, "name", resources.values(), ["name", "kind", "resource_name"])}
	found = frame.assign(resource=frame["resource"].map(resources), purpose=frame[owner].map(titles))
	return found.assign(
		name=[frappe.generate_hash(length=10) for _row in range(len(found))],
		kind=[kinds[name].kind for name in found["resource"]],
		title=[f"{kinds[name].resource_name} · {purpose}"[:140] for name, purpose in zip(found["resource"], found["purpose"], strict=True)],
		blocked_from=found["starts_at"],
		blocked_until=found["ends_at"],
		status="Booked",
	)


def _write_decisions(workshop: Workshop, visits: Mapping[str, str], facts: Mapping[str, dict]) -> None:
	items = _rows_of_visits(visits)
	fields = ("approval", "approved_by", "approved_on", "approval_note")
	update_rows(ITEM, [{"name": items[visits[row["visit"]], row["idx"]].name, **{field: _plain(row[field]) for field in fields}} for row in workshop.decisions.to_dict("records")])
	is_open = [visits[key] for key in workshop.facts.loc[workshop.facts["status"] == OPEN, "visit"]]
	rows: dict[str, list] = {name: [] for name in is_open}
	for row in read_rows(ITEM, "parent", is_open):
		rows[row.parent].append(row)
	for name, found in rows.items():
		_complete_open_visit(facts[name], found)


def _complete_open_visit(visit: dict, items: list) -> None:
	"""Totals without what was declined, what is undecided, and which parts the store lacks."""
	row = {"status": visit.status}
	set_totals(row, items)
	undecided = sum(item.approval == "Proposed" for item in items)
	update_rows(VISIT, [{"name": visit.name, **{field: value for field, value in row.items() if field != "status"}, "undecided_items": undecided}])
	wanted = [item for item in items if item.part and item.approval != "Declined"]
	lacking = missing(visit.dealership, [(item.part, item.quantity) for item in wanted])
	update_rows(ITEM, [{"name": item.name, "shortage": lacking.get(item.part, 0)} for item in wanted])


def _write_walk_rounds(workshop: Workshop, visits: Mapping[str, str]) -> None:
	cars = {row.name: row.vehicle for row in read_rows(VISIT, "name", visits.values(), ["name", "vehicle"])}
	models = {row.name: row.model for row in read_rows(VEHICLE, "name", cars.values(), ["name", "model"])}
	template = cache(lambda model: template_for(WALK_ROUND, model))
	writes, updates = Writes(), []
	for row in workshop.damages.to_dict("records"):
		name = visits[row["visit"]]
		found = template(models.get(cars[name]))
		if not row["is_begun"] or not found:
			continue
		_insert(writes, POINT, _points(name, found, row))
		signed_on = _plain(row["signed_on"])
		signed = {"customer_signature": signature(), "signed_on": signed_on, "signed_by": row["signed_by"]} if signed_on else {}
		updates.append({"name": name, "walk_round_template": found.name, "damage_marks": json.dumps(row["marks"], ensure_ascii=False), **signed})
	writes.flush()
	update_rows(VISIT, updates)


def _points(visit: str, template, row: Mapping) -> pd.DataFrame:
	"""All is well but for the first point, where there are marks; of a walk that is not signed yet the last points are open."""
	points = []
	for idx, item in enumerate(template.items, 1):
		result = "OK" if _plain(row["signed_on"]) or idx <= len(template.items) // 2 else ""
		is_marked = idx == 1 and row["marks"]
		found = {"result": "Not OK", "remark": row["marks"][0]["remark"]} if is_marked else {"result": result, "remark": None}
		points.append({"parent": visit, "parenttype": VISIT, "parentfield": "walk_round", "idx": idx, "area": item.section, "item": item.item, "mandatory": item.mandatory, **found})
	return pd.DataFrame(points, dtype=object)


@cache
def signature() -> str:
	"""A line that nobody's hand drew, as a picture in a URL."""
	picture = Image.new("RGBA", (300, 100), (255, 255, 255, 0))
	line = [(20 + 13 * step, 50 + (-1) ** step * (30 - step)) for step in range(20)]
	ImageDraw.Draw(picture).line(line, fill=(20, 30, 90, 255), width=3, joint="curve")
	content = BytesIO()
	picture.save(content, "PNG")
	return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


def write_appointments(found: Appointments, resources: list[dict]) -> None:
	"""Packages as documents; appointments with their items and bookings as rows, and the visits that came of them."""
	for package in found.packages:
		if not frappe.db.exists(package["doctype"], package["package_name"]):
			frappe.get_doc(package).insert(ignore_permissions=True)
	named = write_resources(resources)
	links = {"customer": _names(CUSTOMER), "vehicle": _names(VEHICLE), "service_visit": _names(VISIT), **dict.fromkeys(("bay", "technician", "driver", "courtesy_car"), named)}
	frame = _linked(found.appointments, links)
	frame = frame.assign(
		masked_phone=frame["contact_phone"].map(mask_phone),
		title=[" · ".join(part for part in pair if part) for pair in zip(frame["plate_number"].map(plate_in_title), frame["contact_name"], strict=True)],
		creation=frame["_made_on"],
		modified=[_plain(arrived) or _plain(ended) or made for arrived, ended, made in zip(frame["arrived_on"], frame["ended_on"], frame["_made_on"], strict=True)],
	)
	lacking = {row["external_key"]: missing(row["dealership"], [(part, quantity) for part, quantity in _parts(found.items, row["external_key"])]) for row in frame.to_dict("records") if row["status"] != "Arrived"}
	items = found.items.assign(shortage=[lacking.get(parent, {}).get(_plain(part), 0) for parent, part in zip(found.items["parent"], found.items["part"], strict=True)])
	frame["parts_missing"] = [int(any(lacking.get(key, {}).values())) for key in frame["external_key"]]
	bookings = _bookings(found.bookings, "parent", frame.set_index("external_key")["title"].to_dict(), named)
	for field in ("bay_booking", "technician_booking", "driver_booking", "courtesy_booking"):
		held = bookings.loc[bookings["field"] == field]
		frame[field] = frame["external_key"].map(dict(zip(held["parent"], held["name"], strict=True)))
	writes = Writes()
	names = _insert_named(writes, APPOINTMENT, frame, "external_key")
	_insert_table(writes, APPOINTMENT, "items", APPOINTMENT_ITEM, items, names)
	_insert(writes, BOOKING, bookings.assign(reference_doctype=APPOINTMENT, reference_name=bookings["parent"].map(names)).drop(columns=["parent", "field"]))
	writes.flush()
	came = frame.loc[frame["service_visit"].notna()]
	update_rows(VISIT, [{"name": visit, "appointment": names[key]} for visit, key in zip(came["service_visit"], came["external_key"], strict=True)])


def _parts(items: pd.DataFrame, parent: str) -> list[tuple[str, float]]:
	rows = items.loc[(items["parent"] == parent) & items["part"].notna()]
	return list(zip(rows["part"], rows["quantity"], strict=True))
