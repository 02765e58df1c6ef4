"""Service nodes: of the cars that were delivered or came to a service, how many came to the next one; by node, store or model, and the cars that did not."""

import frappe
from frappe import _
from frappe.utils import add_days, add_months, cint, format_datetime, get_first_day, nowdate

from crm4s.crm4s.report.c4s_churn.lost_cars import columns_of_cars
from crm4s.crm4s.report.c4s_service_node_retention.missing_cars import LOOKED_AT, missing_cars
from crm4s.crm4s.report.period import with_period
from crm4s.crm4s.report.shapes import STORE, Axis, bars, column, figure, key_column, labels
from crm4s.reports.returns import DELIVERY, WINDOWS
from crm4s.reports.service_nodes import retention
from crm4s.returning.months import as_of
from crm4s.returning.read import last_month, number_of, read_counts

NODE, CARS = "Service Node", "Cars"
VIEWS = {NODE: None, "Store": STORE, "Model": Axis("model", "C4S Vehicle Model"), CARS: None}
MONTHS, WINDOW = 12, 12
# As many nodes as fit beside each other.
SHOWN = 6


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	filters.window = cint(filters.window) if cint(filters.window) in WINDOWS else WINDOW
	# Those who came later still have time.
	filters.to_date = filters.to_date or add_days(add_months(get_first_day(nowdate()), -filters.window), -1)
	filters = with_period(filters, VIEWS, MONTHS)
	if filters.view == CARS:
		return by_car(filters)
	return by_node(filters) if filters.view == NODE else by_group(filters)


def by_node(filters):
	table = retention(read(filters, ["node"]), filters.window, last_month())
	rows = table[table["cars"] > 0].to_dict("records")
	for row in rows:
		row["label"] = name_of(row["node"])
	head = [
		column("label", _("From Service to Service"), "Data", 260),
		column("cars", _("Cars")),
		column("came", _("Came to the Next"), width=150),
		column("missed", _("Did Not Come"), width=130),
		column("came_percent", _("Came %"), "Percent", 110),
		column("reach_percent", _("Of 100 Delivered Cars"), "Float", 180, precision=1),
	]
	return head, rows, message(filters), bars(rows, {"came_percent": _("Came %")}, fieldtype="Percent"), summary(rows)


def by_group(filters):
	axis = VIEWS[filters.view]
	counts = read(filters, ["node", axis.field])
	rows = []
	for key, group in counts.groupby(axis.field):
		nodes = retention(group, filters.window, last_month())
		shares = {f"node_{node}": share if cars else None for node, share, cars in zip(nodes["node"], nodes["came_percent"], nodes["cars"])}
		rows.append({"key": key, "cars": int(nodes["cars"].sum()), "came": int(nodes["came"].sum()), **shares})
	rows = sorted((row for row in rows if row["cars"]), key=lambda row: (-row["cars"], row["key"]))
	names = labels([row["key"] for row in rows], axis)
	for row in rows:
		row["label"] = names.get(row["key"], "")
	head = [key_column(filters.view), column("cars", _("Services"))]
	head += [column(f"node_{node}", f"{name_of(node)} %", "Percent", 170) for node in range(SHOWN)]
	drawn = {f"node_{node}": name_of(node) for node in range(DELIVERY, 3)}
	return head, rows, message(filters), bars(rows, drawn, fieldtype="Percent"), None


def by_car(filters):
	rows = missing_cars(filters, cint(filters.node or 1))
	told = _("Of the first {0} cars of the time; choose a store or a shorter time to see others.").format(LOOKED_AT) if rows else message(filters)
	return columns_of_cars(), rows, told, None, None


def read(filters, by: list[str]):
	columns = ["node_cars", f"next_{filters.window}"]
	return read_counts(number_of(filters.from_date), number_of(filters.to_date), columns, by, filters.dealership, filters.model)


def name_of(node: int) -> str:
	return _("Delivery → 1st Service") if node == DELIVERY else _("Service {0} → {1}").format(node, node + 1)


def message(filters) -> str:
	if not as_of():
		return _("Who came back is counted every night; it has not been counted yet.")
	told = _("The next service counts within {0} months, at any store; cars that still have time are left out.").format(filters.window)
	return told + " " + _("As of {0}.").format(format_datetime(as_of(), "yyyy-MM-dd HH:mm"))


def summary(rows: list[dict]) -> list[dict]:
	figures = [figure(row["label"], row["came_percent"], "Percent", "Blue") for row in rows[:3]]
	return [figure(_("Services and Deliveries"), sum(row["cars"] for row in rows)), *figures]
