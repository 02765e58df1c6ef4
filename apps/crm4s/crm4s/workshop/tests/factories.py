"""A store with bays and technicians, a visit whose items are approved, and jobs of it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone
from freezegun import freeze_time

from crm4s.bookings.tests.factories import make_resource
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.workshop import actions, work

__all__ = ["at", "clock_at", "item", "make_dispatched", "make_technician", "make_workshop_visit"]
HOUR = {"minutes": 60, "approval": "Approved"}


def clock_at(moment: datetime):
	"""The block runs at this moment of the site's own time."""
	return freeze_time(moment.replace(tzinfo=ZoneInfo(get_system_timezone())).astimezone(UTC).replace(tzinfo=None))


def make_technician(store: str, user: str | None = None, name: str | None = None, skills: tuple[str, ...] = ()):
	"""A saved resource of the store's workshop."""
	return make_resource(
		store, kind="Technician", user=user, resource_name=name, skills=[{"skill": skill} for skill in skills]
	)


def make_workshop_visit(store: str, *items: dict, **values):
	"""An open visit with these items, or with one approved hour of labour."""
	visit = make_service_visit(
		dealership=store,
		customer=values.pop("customer", None) or make_customer(store=store).name,
		vehicle=values.pop("vehicle", None) or make_vehicle().name,
		items=list(items) or [item(**HOUR)],
		**values,
	)
	approve(visit)
	return visit


def approve(visit) -> None:
	"""As the customer would; tests of the approval itself stand with the visit."""
	frappe.db.set_value("C4S Service Item", {"parent": visit.name}, "approval", "Approved")
	visit.reload()


def make_dispatched(visit, **values):
	"""A saved job of all labour of the visit."""
	return frappe.get_doc("C4S Repair Job", actions.dispatch(visit.name, **values))


def finished(job):
	"""The job after somebody began and ended it."""
	work.start(job)
	work.finish(job)
	return job
