"""What leads cost: what stores paid for their sources, month by month. And packages: bills that hold all of a package's lines were sold as one."""

from zlib import crc32

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import add_months, get_first_day

from crm4s.demo.chance import SEED, stream
from crm4s.demo.generate import Demo

TOPIC = 61
COST, SOURCE, VISIT, ITEM, PACKAGE = "C4S Source Cost", "C4S Source", "C4S Service Visit", "C4S Service Item", "C4S Service Package"
STORES = ("QL-YT1", "QL-LJ1")
MONTHS = 12
# What a month costs, and how far a month differs from it.
PAID = {
	"Vertical Car Portal": (9_800, 0.0),
	"Short Video Platform": (5_200, 0.4),
	"WeChat Official Account": (1_500, 0.2),
	"Outdoor Advertising": (3_600, 0.0),
	"Motor Show": (2_400, 0.8),
}
SOLD_AS_PACKAGE = 0.4


def write_source_costs(demo: Demo) -> None:
	"""Rows of the stores that sell, for the sources that are there."""
	rng, this_month = stream(SEED, TOPIC), get_first_day(demo.now.date())
	sources = set(frappe.get_all(SOURCE, pluck="name"))
	for store in STORES:
		for back in range(MONTHS):
			for source, (amount, differs) in PAID.items():
				paid = round(amount * (1 + differs * float(rng.uniform(-1, 1))), -1)
				if source in sources and paid > 0:
					month = add_months(this_month, -back)
					frappe.get_doc({"doctype": COST, "dealership": store, "source": source, "month": month, "amount": paid}).db_insert()


def mark_packages() -> None:
	"""Packages of which a visit has all work and parts; the one with most lines goes first, and the same visits are chosen each time."""
	lines_of = {"parenttype": PACKAGE, "item_kind": ["!=", "Other"]}
	packages = {name: set(frappe.get_all("C4S Service Package Line", {**lines_of, "parent": name}, pluck="item_name")) for name in frappe.get_all(PACKAGE, pluck="name")}
	item, visit = frappe.qb.DocType(ITEM), frappe.qb.DocType(VISIT)
	for name, lines in sorted(packages.items(), key=lambda pair: (-len(pair[1]), pair[0])):
		free = item.item_name.isin(sorted(lines)) & item.package.isnull()
		found = frappe.qb.from_(item).join(visit).on(visit.name == item.parent).where(free & (visit.status == "Settled") & (visit.external_key.like("demo:%")))
		whole = found.groupby(item.parent).having(Count(item.item_name).distinct() >= len(lines)).select(item.parent)
		chosen = [row[0] for row in whole.run() if _share(row[0], name) < SOLD_AS_PACKAGE] if lines else []
		if chosen:
			frappe.qb.update(item).set(item.package, name).where(item.parent.isin(chosen) & free).run()


def _share(visit: str, package: str) -> float:
	"""Between 0 and 1, by their names."""
	return crc32(f"{visit} {package}".encode()) / 2**32
