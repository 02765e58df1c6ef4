"""The one odometer reading that a document brings, kept in step with it."""

from datetime import datetime

import frappe

READING = "C4S Odometer Reading"


def keep_reading(document, vehicle: str | None, read_on: datetime, kilometres: int) -> None:
	"""Make, change or, without vehicle or kilometres, remove the reading that comes from `document`.

	Raises:
		OdometerError: it does not fit the car's other readings.
	"""
	if not vehicle or kilometres <= 0:
		forget_readings(document)
		return
	names = readings_of(document)
	reading = frappe.get_doc(READING, names[0]) if names else frappe.new_doc(READING)
	values = {
		"vehicle": vehicle,
		"dealership": document.dealership,
		"read_on": read_on,
		"kilometres": kilometres,
		"source_doctype": document.doctype,
		"source_name": document.name,
	}
	if not names or any(reading.get(field) != value for field, value in values.items()):
		reading.update(values)
		reading.save(ignore_permissions=True)


def forget_readings(document) -> None:
	for name in readings_of(document):
		frappe.delete_doc(READING, name, ignore_permissions=True)


def readings_of(document) -> list[str]:
	return frappe.get_all(
		READING, filters={"source_doctype": document.doctype, "source_name": document.name}, pluck="name"
	)
