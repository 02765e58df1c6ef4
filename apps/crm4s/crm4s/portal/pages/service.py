"""Everything about service in one place: what is to decide, in the workshop, coming, rented, and what was."""

from frappe import _

from crm4s.portal import frame, own, service, visit_progress
from crm4s.portal.matters import Matter
from crm4s.portal.pages import appointments, visits
from crm4s.portal.routes import page
from crm4s.portal.service import RENTAL, SETTLED, VISIT
from crm4s.portal.viewer import Viewer

MOST_BEFORE = 50
RENTAL_NOW = ("Planned", "Handed Out")


@page("my/service", "service.html")
def overview(viewer: Viewer, context):
	in_workshop = visits.in_workshop(viewer)
	context.update(
		tab="service",
		title=_("Service"),
		asking=[_line(matter) for matter in in_workshop if matter.asks],
		here=[_line(matter) for matter in in_workshop if not matter.asks],
		coming=[_line(matter) for matter in appointments.coming(viewer)],
		rentals=_rentals(viewer),
		before=_before(viewer),
	)


def _line(matter: Matter) -> dict:
	return {"path": matter.path, "title": matter.title, "text": matter.text, "mark": ""}


def _rentals(viewer: Viewer) -> list[dict]:
	rows = own.rows(viewer, RENTAL, "rental_kind", "plate_number", "planned_from", "planned_to", "status", where=lambda table: table.status.isin(RENTAL_NOW), order_by="planned_from")
	return [
		{"path": f"/my/rentals/{row.name}", "title": row.plate_number or (_("Courtesy Car") if row.rental_kind == "Courtesy" else _("Rental Car")), "text": f"{frame.moment(row.planned_from)} – {frame.moment(row.planned_to)}", "mark": _(row.status)}
		for row in rows
	]


def _before(viewer: Viewer) -> list[dict]:
	rows = own.rows(
		viewer, VISIT, "customer", "plate_number", "arrived_on", "odometer", "customer_amount",
		where=lambda table: table.status == SETTLED, order_by="arrived_on", newest_first=True, limit=MOST_BEFORE,
	)
	works = visit_progress.works_of([row.name for row in rows])
	return [
		{
			"path": f"/my/visits/{row.name}",
			"title": " · ".join(filter(None, (frame.day(row.arrived_on), row.plate_number))),
			"text": " · ".join(filter(None, (", ".join(works.get(row.name, [])[:3]), frame.kilometres(row.odometer)))),
			"mark": frame.money(row.customer_amount) if service.pays(viewer, row.customer) else "",
		}
		for row in rows
	]
