"""Cases are opened: many at once by the rules of care, or one by hand. A car has one open case, whoever opens it and however often."""

from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from frappe.utils import getdate, now_datetime

from crm4s.masked_twins import plate_in_title
from crm4s.retention.cases import CAR, CASE, CONTACT, CUSTOMER, OPEN, key_of
from crm4s.rows.names import Series
from crm4s.rows.writer import Writes, insert_unless_known, new_values, read_rows
from crm4s.workflows.passages import PASSAGE, entering
from crm4s.workflows.states import STATE, active_workflow, status_of

STANDARD = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")


@dataclass(frozen=True)
class Wish:
	"""A case to be opened.

	Attributes:
		care_task: the call that is the first contact of the case; None: nobody calls yet.
		handler: who works on it; None: whoever takes it.
	"""

	customer: str
	dealership: str
	reason: str
	vehicle: str | None = None
	care_task: str | None = None
	handler: str | None = None
	owner_role: str | None = None
	why: str | None = None

	@property
	def key(self) -> str:
		return key_of(self.customer, self.vehicle, self.dealership)


@dataclass(frozen=True)
class Opened:
	"""The case of a wish; `is_new` says that it was opened by it."""

	case: str
	is_new: bool


def open_cases(wishes: Sequence[Wish]) -> dict[str, Opened]:
	"""A case for each wish, in a few statements and the caller's transaction: by key the one that is open now.

	The unique key decides where two open cases of one car at once. For callers with the system's rights.
	"""
	wanted = {wish.key: wish for wish in wishes}
	known = _open(wanted)
	new = [wish for key, wish in wanted.items() if key not in known]
	made = _insert(new) if new else set()
	cases = {**known, **_open(wish.key for wish in new)}
	return {key: Opened(name, name in made) for key, name in cases.items()}


def _open(keys) -> dict[str, str]:
	return {row.open_key: row.name for row in read_rows(CASE, "open_key", keys, ["name", "open_key"], locking=True)}


def _insert(wishes: Sequence[Wish]) -> set[str]:
	rows = _rows(wishes)
	columns = (*STANDARD, *(column for column in rows[0] if column not in STANDARD))
	made = set(insert_unless_known(CASE, columns, [tuple(row[column] for column in columns) for row in rows]))
	writes = Writes()
	for row, wish in zip(rows, wishes, strict=True):
		if row["name"] not in made:
			continue
		if row.get(STATE):
			writes.insert(PASSAGE, entering(CASE, row, row["opened_on"]))
		if wish.care_task:
			writes.insert(
				CONTACT,
				{
					"parent": row["name"], "parenttype": CASE, "parentfield": "contacts", "idx": 1, "planned_on": row["next_contact_on"],
					"channel": "Phone", "who": wish.handler, "topic": (wish.why or "")[:140], "care_task": wish.care_task,
				},
			)
	writes.flush()
	return made


def _rows(wishes: Sequence[Wish]) -> list[dict]:
	moment, user = now_datetime().replace(microsecond=0), frappe.session.user
	workflow = active_workflow(CASE)
	state = workflow.states[0].state if workflow else None
	customers = {row.name: row for row in read_rows(CUSTOMER, "name", (wish.customer for wish in wishes), ["name", "customer_name", "value_level"])}
	fields = ["name", "plate_number", "churn_stage", "last_workshop_visit_on", "delivered_on"]
	cars = {row.name: row for row in read_rows(CAR, "name", (wish.vehicle for wish in wishes), fields)}
	common = {**new_values(CASE), STATE: state, "status": (state and status_of(CASE, state)) or OPEN, "opened_on": moment}
	stamp = {"creation": moment, "modified": moment, "owner": user, "modified_by": user, "docstatus": 0, "idx": 0}
	names = Series(CASE).reserve([{}] * len(wishes))
	rows = []
	for name, wish in zip(names, wishes, strict=True):
		customer, car = customers.get(wish.customer) or frappe._dict(), cars.get(wish.vehicle) or frappe._dict()
		rows.append(
			{
				**common, **stamp, "name": name, "customer": wish.customer, "vehicle": wish.vehicle, "dealership": wish.dealership,
				"reason": wish.reason, "handler": wish.handler, "owner_role": wish.owner_role, "open_key": wish.key,
				"title": " · ".join(part for part in (customer.customer_name, plate_in_title(car.plate_number)) if part)[:140],
				"churn_stage": car.churn_stage, "away_since": car.last_workshop_visit_on or car.delivered_on,
				"value_level": customer.value_level, "care_task": wish.care_task,
				"next_contact_on": getdate(moment) if wish.care_task else None,
				"next_contact_by": wish.handler if wish.care_task else None, "next_contact_task": wish.care_task,
			}
		)
	return rows
