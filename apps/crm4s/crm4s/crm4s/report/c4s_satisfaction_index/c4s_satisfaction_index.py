"""The satisfaction index on 1,000 points by one of several views, with its interval, the sub-indices and the period before."""

import frappe
from frappe import _
from frappe.utils import add_days, flt

from crm4s.crm4s.report.period import with_period
from crm4s.crm4s.report.shapes import NAMES
from crm4s.reports.satisfaction import WHOLE, add_up, by_group, compare_with_expectation, delivered_by_group, in_tree_order, with_index
from crm4s.satisfaction.read import EVERYTHING, EXPECTATION, EXPERIENCE, MONTH, indicators, kinds_of, month_before, read_scores, read_sums, tops, touchpoints
from crm4s.satisfaction.who import PERSONS, hidden, names_reader, reads_responses, sample_note, small_below, whole_months
from crm4s.value.satisfaction import DELIVERED_COST, DELIVERED_VALUE, SATISFACTION

INDICATOR_VIEW, TOUCHPOINT_VIEW, EXPECTED, DELIVERED = "Indicator", "Touchpoint", "Experience and Expectation", "Delivered Value"
# View: to what its rows link.
GROUPS = {MONTH: None, "Store": "C4S Dealership", "Service Advisor": "User", "Sales Consultant": "User", "Model": "C4S Vehicle Model", "Survey": "C4S Survey", "Channel": None}
VIEWS = {**GROUPS, INDICATOR_VIEW: "C4S Survey Indicator", TOUCHPOINT_VIEW: "C4S Touchpoint", EXPECTED: "C4S Survey Indicator", DELIVERED: "C4S Dealership"}
MOST_DRAWN, MONTHS_OF_EXPECTATION = 15, 12


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=12)
	if not reads_responses() or names_reader(filters):
		return own_figures(filters)
	if filters.view in (INDICATOR_VIEW, TOUCHPOINT_VIEW):
		return by_indicator(filters)
	if filters.view == EXPECTED:
		return against_expectation(filters)
	return by_delivered_value(filters) if filters.view == DELIVERED else by_view(filters)


def by_view(filters):
	parts = tops(SATISFACTION)
	sums = read_sums(filters, filters.view, indicators=parts)
	groups = by_group(sums, parts)
	asked = [name for name in parts if any(name in row["points"] for row in groups)]
	before = {} if filters.view == MONTH else read_scores(filters, filters.view, *period_before(filters))
	# Of a visit nobody sold a car: what rates no person is no row of persons.
	rows = [_row(filters, group, asked, before) for group in groups if group["key"] or filters.view not in PERSONS]
	if filters.view == MONTH:
		_compare_with_month_before(rows)
	else:
		# What rests on few answers stands below, or chance would lead.
		rows.sort(key=lambda row: (bool(row["sample"]), -(row["index"] or 0)))
	return columns(filters.view, asked), rows, message(rows), chart(rows, filters.view), summary(filters, sums)


def _row(filters, group: dict, asked: list[str], before: dict) -> dict:
	key = group["key"]
	is_hidden = hidden(filters, filters.view, key, group["answers"])
	row = {"key": key or None, "answers": group["answers"], "sample": sample_note(group["answers"], is_hidden)}
	row["label"] = label_of(filters.view, key)
	if is_hidden:
		return row | dict.fromkeys(("index", "low", "high", "before", "change"))
	row |= {name: _points(group[name]) for name in ("index", "low", "high")}
	count, mean = before.get(key, (0, None))
	if mean is not None and not hidden(filters, filters.view, key, count):
		row["before"] = _points(mean)
		row["change"] = _points(group["index"] - mean) if group["index"] is not None else None
	for position, name in enumerate(asked):
		if not hidden(filters, filters.view, key, group["counts"].get(name, 0)):
			row[f"part_{position}"] = _points(group["points"].get(name))
	return row


def _compare_with_month_before(rows: list[dict]) -> None:
	for earlier, row in zip(rows, rows[1:], strict=False):
		if earlier["key"] == month_before(row["key"]) and earlier["index"] is not None and row["index"] is not None:
			row["before"], row["change"] = earlier["index"], _points(row["index"] - earlier["index"])


def by_indicator(filters):
	"""The tree of what was measured, or the touchpoints at which it is measured."""
	sums = read_sums(filters, EVERYTHING)
	tree, points = _tree(), {row["what"]: row for row in _indexed(sums)}
	if filters.view == TOUCHPOINT_VIEW:
		places = [(place, 0, name) for place, name in touchpoints().items()]
	else:
		places = [(name, depth, name) for name, depth in in_tree_order(tree.parents, tree.order, [what for what in points if what])]
	rows = [_indicator_row(filters, place, depth, name, points[name], tree) for place, depth, name in places if name in points]
	head = [
		_link_column(filters.view),
		*([_data("indicator", _("Indicator"), 170)] if filters.view == TOUCHPOINT_VIEW else []),
		_data("kind", _("Indicator Kind"), 130),
		*_figures(),
	]
	return head, rows, message(rows), chart([row for row in rows if row["kind"] == _(SATISFACTION)], filters.view), summary(filters, sums)


def _indicator_row(filters, place: str, depth: int, name: str, found: dict, tree) -> dict:
	is_hidden = hidden(filters, filters.view, None, found["answers"])
	return {
		"key": place,
		"label": _touchpoint(place) if filters.view == TOUCHPOINT_VIEW else _(place),
		"indent": depth,
		"indicator": _(name),
		"kind": _(tree.kinds.get(name, "")),
		"answers": found["answers"],
		"sample": sample_note(found["answers"], is_hidden),
		**{figure: None if is_hidden else _points(found[figure]) for figure in ("index", "low", "high")},
	}


def against_expectation(filters):
	"""Experience ÷ expectation: of the period, against what was expected in the twelve months up to its end."""
	kinds = [kind for kind in kinds_of(filters) if kind in EXPERIENCE] or EXPERIENCE
	experience = read_sums(filters, EVERYTHING, kinds=kinds)
	asked = frappe._dict(filters, survey=None, service_advisor=None, sales_consultant=None)
	since = frappe.utils.add_months(filters.to_date, -MONTHS_OF_EXPECTATION)
	expectation = read_sums(asked, EVERYTHING, kinds=EXPECTATION, from_date=min(since, filters.from_date))
	found, tree = (compare_with_expectation(experience, expectation) if len(experience) and len(expectation) else {}), _tree()
	rows = []
	for name, depth in [(WHOLE, 0), *in_tree_order(tree.parents, tree.order, [what for what in found if what])]:
		if name in found and not hidden(filters, filters.view, None, found[name]["answers"]):
			part = found[name]
			rows.append(
				{
					"key": name or None,
					"label": _(name) if name else _("All Together"),
					"indent": depth,
					**{figure: part[figure] for figure in ("answers", "expected_answers")},
					**{figure: _points(part[figure]) for figure in ("index", "expected")},
					"ratio": flt(part["ratio"], 3),
					"sample": sample_note(min(part["answers"], part["expected_answers"])),
				}
			)
	head = [
		_link_column(filters.view),
		_count("answers", _("Answers")),
		_number("index", _("Experience")),
		_count("expected_answers", _("Answers about Expectation")),
		_number("expected", _("Expectation")),
		{"fieldname": "ratio", "label": _("Experience ÷ Expectation"), "fieldtype": "Float", "precision": 3, "width": 190},
		_data("sample", _("Sample"), 150),
	]
	drawn = [row for row in rows if row["indent"] == 0][:MOST_DRAWN]
	picture = _bars(drawn, {"index": _("Experience"), "expected": _("Expectation")}) if drawn else None
	return head, rows, None if rows else _("Nothing was asked both as experience and as expectation."), picture, summary(filters, experience)


def by_delivered_value(filters):
	"""What the stores' customers get less what it costs them, in money, time, energy and effort."""
	values, costs = tops(DELIVERED_VALUE), tops(DELIVERED_COST)
	sums = read_sums(filters, "Store", indicators=[*values, *costs])
	rows = [
		{
			"key": row["key"],
			"label": row["key"],
			"answers": row["answers"],
			**{name: None if hidden(filters, filters.view, None, row["answers"]) else _points(row[name]) for name in ("value", "cost", "delivered")},
			"sample": sample_note(row["answers"]),
		}
		for row in delivered_by_group(sums, values, costs)
	]
	head = [
		_link_column(filters.view),
		_count("answers", _("Answers")),
		_number("value", _("Total Value")),
		_number("cost", _("Total Cost")),
		_number("delivered", _("Delivered Value")),
		_data("sample", _("Sample"), 150),
	]
	picture = _bars(rows[:MOST_DRAWN], {"value": _("Total Value"), "cost": _("Total Cost")}) if rows else None
	return head, rows, None if rows else _("No survey in this period asked for value and cost."), picture, summary(filters, sums)


def own_figures(filters):
	"""For somebody who is rated: own figures and those of the own stores, of the last twelve whole months, whatever was asked for."""
	first, last = whole_months()
	fixed = frappe._dict(view=EVERYTHING, from_date=first, to_date=last, dealership=None, survey_kind=None)
	parts = tops(SATISFACTION)
	rows = []
	for view, field in PERSONS.items():
		mine = frappe._dict(fixed, **{field: frappe.session.user})
		for group in by_group(read_sums(mine, EVERYTHING, indicators=parts, with_own=True), parts):
			rows.append(_row(mine, {**group, "key": ""}, parts, {}) | {"label": _("Own Figures as {0}").format(_(view))})
	# Somebody who can look at the stores without the own answers would tell these by the difference.
	stores = read_sums(fixed, EVERYTHING, indicators=parts, with_own=not reads_responses())
	for group in by_group(stores, parts):
		if group["answers"] >= small_below():
			rows.append(_row(fixed, group, parts, {}) | {"label": _("Own Stores")})
	asked = [position for position, _name in enumerate(parts) if any(row.get(f"part_{position}") is not None for row in rows)]
	head = [_data("label", _("Whom It Tells About"), 260), *_figures(), *(_number(f"part_{position}", _(parts[position])) for position in asked)]
	told = _("Of the last twelve whole months ({0} to {1}); nothing is shown that rests on fewer answers than it takes to keep them apart.")
	return head, rows, told.format(frappe.format(first), frappe.format(last)), None, None


def period_before(filters) -> tuple:
	"""As many days as the period has, up to the day before it."""
	days = (filters.to_date - filters.from_date).days + 1
	return add_days(filters.from_date, -days), add_days(filters.from_date, -1)


def label_of(view: str, key) -> str:
	if not key:
		return _("None")
	if VIEWS.get(view) == "User":
		return frappe.utils.get_fullname(key)
	if VIEWS.get(view) in NAMES:
		return frappe.get_cached_value(VIEWS[view], key, NAMES[VIEWS[view]]) or str(key)
	return _(str(key)) if view == "Channel" else str(key)


def columns(view: str, asked: list[str]) -> list[dict]:
	return [
		_link_column(view),
		*_figures(),
		_number("before", _("Month Before") if view == MONTH else _("Period Before")),
		_number("change", _("Change")),
		*(_number(f"part_{position}", _(name)) for position, name in enumerate(asked)),
	]


def _link_column(view: str) -> dict:
	return {"fieldname": "label", "label": _(view), "fieldtype": "Data", "width": 220}


def _figures() -> list[dict]:
	return [
		_count("answers", _("Answers")),
		_number("index", _("Index")),
		_number("low", _("At Least (95 %)")),
		_number("high", _("At Most (95 %)")),
		_data("sample", _("Sample"), 150),
	]


def _count(name: str, label: str) -> dict:
	return {"fieldname": name, "label": label, "fieldtype": "Int", "width": 100}


def _number(name: str, label: str) -> dict:
	return {"fieldname": name, "label": label, "fieldtype": "Float", "precision": 1, "width": 130}


def _data(name: str, label: str, width: int) -> dict:
	return {"fieldname": name, "label": label, "fieldtype": "Data", "width": width}


def chart(rows: list[dict], view: str) -> dict | None:
	told = [row for row in rows if row["index"] is not None]
	if not told:
		return None
	drawn = told if view == MONTH else [row for row in told if not row.get("indent")][:MOST_DRAWN]
	return {**_bars(drawn, {"index": _("Index")}), "type": "line" if view == MONTH else "bar"}


def _bars(rows: list[dict], names: dict[str, str]) -> dict:
	return {
		"type": "bar",
		"fieldtype": "Float",
		"colors": ["#2490EF", "#F7B500"],
		"data": {"labels": [row["label"] for row in rows], "datasets": [{"name": label, "values": [row[name] or 0 for row in rows]} for name, label in names.items()]},
	}


def message(rows: list[dict]) -> str | None:
	if any(row["sample"] for row in rows):
		return _("Fewer than {0} answers are a small sample: the interval says how far the index may be off.").format(small_below())
	return None


def summary(filters, sums) -> list[dict] | None:
	"""The whole of all groups and its parts. Nothing where the figures are the reader's own and few."""
	together = add_up([sums.assign(key="")]) if len(sums) else sums
	for whole in by_group(together, tops(SATISFACTION)):
		if whole["index"] is None or hidden(filters, filters.view, None, whole["answers"]):
			return None
		first = [
			{"label": _("Satisfaction Index"), "value": f"{whole['index']:.1f}", "datatype": "Data", "indicator": "Blue"},
			{"label": _("Answers"), "value": whole["answers"], "datatype": "Int"},
		]
		return first + [{"label": _(name), "value": f"{points:.1f}", "datatype": "Data"} for name, points in whole["points"].items()][:3]
	return None


def _tree():
	rows = indicators()
	return frappe._dict(
		parents={row.name: row.parent_indicator or None for row in rows},
		order={row.name: position for position, row in enumerate(rows)},
		kinds={row.name: row.indicator_kind for row in rows},
	)


def _indexed(sums) -> list[dict]:
	return with_index(sums).to_dict("records") if len(sums) else []


def _touchpoint(name: str) -> str:
	kind, _colon, state = name.partition(": ")
	return f"{_(f'C4S {kind}')}: {_(state)}"


def _points(value) -> float | None:
	return None if value is None else flt(value, 1)
