"""What the page "Scorecard" asks for."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import get_fullname, getdate

from crm4s.access.required import require_permission, require_store
from crm4s.access.stores import DEALERSHIP, stores_of
from crm4s.scorecard import reading, results
from crm4s.scorecard.counting import Window
from crm4s.scorecard.results import KPI, MONTHS, RESULT
from crm4s.scorecard.rivals import rivals_of
from crm4s.value.scorecard import HIGHER, place
from crm4s.workflows.wording import in_own_language

NOTE, ACTION = "C4S KPI Note", "C4S Improvement Action"
COUNTERS = ("System Manager", "C4S Administrator", "C4S Group Manager", "C4S Data Analyst")
MOST_ACTIONS, MOST_NOTES, ACTION_MONTHS = 8, 8, 24


@frappe.whitelist()
def get_choices() -> dict:
	"""The nodes and months to choose from, the reader's widest node first."""
	require_permission(RESULT, "read")
	allowed = stores_of()
	filters = {} if allowed is None else {"name": ["in", allowed or [""]]}
	nodes = frappe.get_all(DEALERSHIP, filters, ["name", "dealership_name", "is_group", "lft", "rgt"], order_by="lft")
	depth = {node.name: sum(other.lft < node.lft and other.rgt > node.rgt for other in nodes) for node in nodes}
	this_month = getdate().replace(day=1)
	return {
		"nodes": [{"name": node.name, "title": node.dealership_name, "depth": depth[node.name]} for node in nodes],
		"months": [str(month) for month in reversed(results.last_months(this_month, MONTHS))],
		"may_count": may_count(),
		"may_note": bool(frappe.has_permission(NOTE, "create")),
		"may_act": bool(frappe.has_permission(ACTION, "create")),
	}


@frappe.whitelist()
def get_scorecard(dealership: str, month: str) -> dict:
	"""Everything that the page shows at first sight of a node in a month."""
	require_permission(RESULT, "read")
	require_store(dealership)
	card = reading.Scorecard(dealership, _month(month))
	node = frappe.db.get_value(DEALERSHIP, dealership, ["dealership_name", "is_group"], as_dict=True)
	points = [card.points(month) for month in card.months]
	standing = _place_of_points(card)
	return {
		"node": {"name": dealership, "title": node.dealership_name, "is_group": node.is_group},
		"month": str(card.month),
		"months": [str(month) for month in card.months],
		"is_running": card.month == getdate().replace(day=1),
		"counted_on": _counted_on(card),
		"points": {"value": points[-1], "before": points[-2], "trend": points, **standing},
		"kpis": [reading.tile_of(card, kpi) for kpi in card.kpis],
		"movers": reading.movers(card),
		"people": {} if node.is_group else reading.people_of(card),
		"stores": reading.stores_below(card) if node.is_group else {},
		"notes": notes_of(card),
		"actions": actions_of(card),
	}


@frappe.whitelist()
def get_rivals(dealership: str, month: str) -> list[dict]:
	"""What local competitors ask and reach beside ours; asked for by itself, as ours is averaged over documents."""
	require_permission(RESULT, "read")
	require_store(dealership)
	return rivals_of(dealership, _month(month))


@frappe.whitelist()
def get_details(kpi: str, dealership: str, month: str) -> dict:
	"""What stands behind one tile: how it is counted, what moved it, where its documents are, what was said and done about it."""
	require_permission(RESULT, "read")
	require_store(dealership)
	card, document = reading.Scorecard(dealership, _month(month)), frappe.get_cached_doc(KPI, kpi)
	row = card.row(document, card.month)
	window = Window.ending_with(card.month, document.window_months)
	return {
		"tile": reading.tile_of(card, document),
		"months": [str(month) for month in card.months],
		"population": in_own_language(document.population),
		"example": in_own_language(document.worked_example),
		"names": [_(document.numerator), _(document.denominator)],
		"factor": document.factor,
		"window": [str(window.start), str(frappe.utils.add_days(window.end, -1))],
		"parts": reading.parts_of(card, document),
		"report": _report_of(document, dealership, window),
		"documents": reading.documents_behind(document, dealership, card.month),
		"notes": [note for note in notes_of(card) if note["kpi"] == kpi],
		"actions": [action for action in actions_of(card) if action["kpi"] == kpi],
		"result": row and row.name,
	}


@frappe.whitelist(methods=["POST"])
def write_note(kpi: str, dealership: str, month: str, note: str) -> str:
	"""Keep what a manager says about a figure; the name of the note."""
	require_permission(NOTE, "create")
	require_store(dealership)
	return frappe.get_doc({"doctype": NOTE, "kpi": kpi, "dealership": dealership, "month": _month(month), "note": note}).insert().name


@frappe.whitelist(methods=["POST"])
def count_again(month: str) -> int:
	"""Count a month anew for all stores, also one that was reported already; how many figures changed."""
	if not may_count():
		frappe.throw(_("You may not count the scorecard anew."), frappe.PermissionError)
	return results.count_again(_month(month))


@frappe.whitelist()
def get_effect(action: str) -> dict:
	"""Of an improvement action that a KPI began: the figure then and the newest one."""
	require_permission(ACTION, "read", action)
	document = frappe.get_doc(ACTION, action)
	then = document.document_type == RESULT and frappe.db.get_value(RESULT, document.document_name, ["kpi", "dealership", "month", "value"], as_dict=True)
	if not then:
		return {}
	newest = frappe.get_all(RESULT, {"kpi": then.kpi, "dealership": then.dealership, "person": ""}, ["month", "value"], order_by="month desc", limit=1)
	kpi = frappe.get_cached_doc(KPI, then.kpi)
	return {"title": _(then.kpi), "unit": kpi.unit, "decimals": kpi.decimals, "direction": kpi.direction, "then": then, "now": newest[0]}


def may_count() -> bool:
	return frappe.session.user == "Administrator" or bool(set(COUNTERS) & set(frappe.get_roles()))


def notes_of(card) -> list[dict]:
	"""Of the month, the node's and those of the stores below it, the newest first."""
	filters = {"dealership": ["in", list(card.titles)], "month": card.month}
	rows = frappe.get_all(NOTE, filters, ["name", "kpi", "note", "owner", "creation", "dealership"], order_by="creation desc", limit=MOST_NOTES)
	return [{**row, "title": _(row.kpi), "store": card.titles[row.dealership], "by": get_fullname(row.owner), "creation": str(row.creation)} for row in rows]


def actions_of(card) -> list[dict]:
	"""Improvement actions that figures of the node, or of a store below it, began, with the figure then and now; the latest due first."""
	since = frappe.utils.add_months(card.month, -ACTION_MONTHS)
	action, result = frappe.qb.DocType(ACTION), frappe.qb.DocType(RESULT)
	begun = (
		frappe.qb.from_(action)
		.join(result)
		.on((action.document_name == result.name) & (action.document_type == RESULT))
		.where(result.dealership.isin(list(card.titles)) & (result.person == "") & result.month[since : card.month])
		.select(action.name, result.kpi, result.dealership, result.month, result.value)
	).run(as_dict=True)
	of_action = {row.name: row for row in begun}
	fields = ["name", "subject", "responsible", "due_on", "status", "effect"]
	rows = frappe.get_list(ACTION, filters={"name": ["in", list(of_action) or [""]]}, fields=fields, order_by="due_on desc", limit_page_length=MOST_ACTIONS)
	kpis = {kpi.name: kpi for kpi in card.kpis}
	return [_action(card, kpis[then.kpi], row, then) for row in rows if (then := of_action[row.name]).kpi in kpis]


def _action(card, kpi, row, then) -> dict:
	now = card.row(kpi, card.month, then.dealership)
	facts = {"kpi": kpi.name, "title": _(kpi.name), "unit": kpi.unit, "decimals": kpi.decimals, "direction": kpi.direction, "store": card.titles[then.dealership]}
	overdue = row.status == "Open" and row.due_on < getdate()
	return {**row, **facts, "responsible_name": get_fullname(row.responsible), "due_on": str(row.due_on), "overdue": overdue, "then": then.value, "since": str(then.month), "now": now and now.value}


def _place_of_points(card) -> dict:
	values = {store.name: points for store in card.stores if (points := card.points(card.month, store.name)) is not None}
	standing = place(values.get(card.node), list(values.values()), HIGHER)
	return reading.others(card, standing)


def _counted_on(card) -> str | None:
	moments = [row.counted_on for (_node, _kpi, month), row in card.results.items() if month == card.month and row.counted_on]
	return str(max(moments)) if moments else None


def _report_of(kpi, dealership: str, window: Window) -> dict | None:
	"""The report and its filters, for who may run it."""
	if not kpi.report or not frappe.get_doc("Report", kpi.report).is_permitted():
		return None
	last = min(frappe.utils.add_days(window.end, -1), getdate())
	filters = {"dealership": dealership, "from_date": str(window.start), "to_date": str(last)}
	return {"name": kpi.report, "filters": filters | ({"view": kpi.report_view} if kpi.report_view else {})}


def _month(text: str) -> date:
	return getdate(text).replace(day=1)
