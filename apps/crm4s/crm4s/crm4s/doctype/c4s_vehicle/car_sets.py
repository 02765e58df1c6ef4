"""What those who derive facts of many cars share: models' plans, the write of a set, and the cars that something happened to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import frappe

from crm4s.rows.writer import write_columns
from crm4s.value.maintenance import PlanItem

CAR, MODEL = "C4S Vehicle", "C4S Vehicle Model"
PLAN = ("item", "first_km", "first_months", "every_km", "every_months")
# Of so many the cached copies are forgotten one by one, of more all at once.
FEW = 100
# What MariaDB calls the day before the first one of Python's calendar.
DAYS_BEFORE = 365


def plans_of(models: Iterable[str | None]) -> dict[str, list[PlanItem]]:
	"""The maintenance plan of each model, empty for one without."""
	plans: dict[str, list[PlanItem]] = {model: [] for model in models if model}
	if not plans:
		return plans
	filters = {"parent": ["in", list(plans)], "parenttype": MODEL}
	for row in frappe.get_all("C4S Maintenance Item", filters, ["parent", *PLAN], order_by="parent, idx"):
		plans[row.parent].append(PlanItem(*(row[field] or 0 for field in PLAN)))
	return plans


def write_cars(columns: Mapping[str, str], rows: Sequence[tuple]) -> None:
	"""Write derived columns of cars, each row a car's name and its values; without touching when the cars were modified."""
	write_columns(CAR, columns, rows)
	if not rows:
		return
	for name in [row[0] for row in rows] if len(rows) <= FEW else [None]:
		frappe.clear_document_cache(CAR, name)


def changed_names(happening: str, since: str, until: str, batch: int) -> Iterator[list[str]]:
	"""Cars to which something happened in that time, in order, in slices of at most `batch`.

	Args:
		happening: document type with a `vehicle`, whose new rows count beside saved cars and saved models.
	"""
	car, event, model = (frappe.qb.DocType(doctype) for doctype in (CAR, happening, MODEL))
	changed_models = frappe.qb.from_(model).select(model.name).where(model.modified[since:until])
	after = ""
	while True:
		of_events = frappe.qb.from_(event).select(event.vehicle).where(event.modified[since:until] & (event.vehicle > after))
		saved = frappe.qb.from_(car).select(car.name).where(car.modified[since:until] & (car.name > after))
		of_models = frappe.qb.from_(car).select(car.name).where(car.model.isin(changed_models) & (car.name > after))
		names: set[str] = set()
		for query, column in ((of_events, event.vehicle), (saved, car.name), (of_models, car.name)):
			names.update(query.distinct().orderby(column).limit(batch).run(pluck=True))
		if not names:
			return
		# Beyond the shortest of the three there may be more that sort before the others' last.
		found = sorted(names)[:batch]
		yield found
		after = found[-1]
