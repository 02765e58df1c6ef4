"""What the market researcher found at local competitors: three around each city, seen every quarter, prices and times a little different each time."""

from datetime import timedelta

import frappe

from crm4s.demo.chance import SEED, one, stream
from crm4s.demo.generate import Demo
from crm4s.demo.group import OUTLETS

RIVALS = 53
FIGURE, ITEM, COMPETITOR = "C4S Competitor Figure", "C4S Benchmark Item", "C4S Competitor"
# Name, kind, outlet, how dear it is, how long things take there, how well it serves, all as shares of the usual.
AROUND = (
	("迅安快修（虚构）", "Independent Workshop", "人民路店", 0.72, 0.70, 0.90),
	("汇岸汽车城北店（虚构）", "Dealer", "城北店", 0.97, 1.05, 1.01),
	("云端养车（虚构）", "Online Platform", "合作门店", 0.80, 0.85, 0.94),
)
# Item: what is usual, and what we ask or take, where our own data do not say it.
USUAL = {
	"Minor Service of a Compact Car": (420, 458),
	"Major Service of a Compact Car": (1180, 1260),
	"Labour Hour": (180, 200),
	"Repainting a Panel": (520, 550),
	"Average Workshop Bill": (860, 0),
	"Wait Until Received": (9, 0),
	"Time in the Workshop": (300, 0),
	"Service Experience": (86, 0),
}
QUARTERS, DAYS = 4, 91


def write_rivals(demo: Demo) -> None:
	"""Rows, as the researcher's forms would save them."""
	rng = stream(SEED, RIVALS)
	researcher = next(person.user for person in demo.staff if person.role == "C4S Market Researcher")
	units = dict(frappe.get_all(ITEM, {"name": ["in", list(USUAL)]}, ["name", "unit"], as_list=True))
	for name, kind, *_more in AROUND:
		if not frappe.db.exists(COMPETITOR, name):
			frappe.get_doc({"doctype": COMPETITOR, "competitor_name": name, "competitor_kind": kind, "sequence": 950}).insert()
	for store in OUTLETS:
		for turn in range(QUARTERS):
			day = (demo.now - timedelta(days=DAYS * turn + int(rng.integers(3, 20)))).date()
			for rival in AROUND:
				_write_visit(rng, store, day, rival, units, researcher)


def _write_visit(rng, store: str, day, rival: tuple, units: dict, researcher: str) -> None:
	name, _kind, outlet, price, time, service = rival
	factors = {"Yuan": price, "Minutes": time, "Days": time, "Points": service}
	for item, unit in units.items():
		usual, ours = USUAL[item]
		value = usual * factors[unit] * float(rng.normal(1, 0.03))
		figure = {
			"doctype": FIGURE, "competitor": name, "outlet": outlet, "dealership": store, "item": item, "observed_on": day,
			"value": round(value / 10) * 10 if unit == "Yuan" else round(value), "own_value": ours, "source": one(rng, ("Mystery Visit", "Phone Call", "Website or App")),
		}
		document = frappe.get_doc(figure).insert()
		document.db_set({"owner": researcher, "creation": f"{day} 17:00:00", "modified": f"{day} 17:00:00"}, update_modified=False)
