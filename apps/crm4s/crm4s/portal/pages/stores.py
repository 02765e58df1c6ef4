"""The stores: the nearest first, or those of a place that was typed; hours of today, phone, way, booking."""

import frappe
from frappe import _
from frappe.utils import flt

from crm4s.identifiers.position import Position, distance_km
from crm4s.portal import stores
from crm4s.portal.form import Form
from crm4s.portal.routes import page

MOST_SHOWN = 60


@page("my/stores", "stores.html")
def nearest(viewer, context):
	asked = Form(frappe.form_dict, {})
	words, here = asked.text("words", 60), _position(asked)
	found = [row for row in stores.all_stores() if not words or stores.holds(row, words)]
	for row in found:
		row.km = distance_km(here, Position(row.latitude, row.longitude)) if here and row.has_position else None
	if here:
		found.sort(key=lambda row: (row.km is None, row.km or 0))
	shown = found[:MOST_SHOWN]
	stores.add_hours(shown)
	bookable = {row.name for row in stores.with_workshop()}
	context.update(tab="service", title=_("Our Stores"), stores=shown, words=words, is_here=bool(here), bookable=bookable, more=len(found) - len(shown))


def _position(asked: Form) -> Position | None:
	"""Where the phone is, if it said so and that is on the earth."""
	latitude, longitude = (flt(asked.text(field, 20)) for field in ("latitude", "longitude"))
	on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
	return Position(latitude, longitude) if on_earth and (latitude or longitude) else None
