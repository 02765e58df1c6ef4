"""The net promoter score with its interval, by one of several views."""

from frappe import _
from frappe.utils import flt

from crm4s.crm4s.report.c4s_satisfaction_index.c4s_satisfaction_index import GROUPS, label_of, period_before
from crm4s.crm4s.report.period import with_period
from crm4s.reports.satisfaction import recommendation
from crm4s.satisfaction.read import MONTH, month_before, read_recommendations
from crm4s.satisfaction.who import PERSONS, hidden, require_reader, sample_note, small_below

MOST_DRAWN = 15
FIGURES, COUNTS = ("nps", "low", "high"), ("promoters", "passives", "detractors")


def execute(filters: dict | None = None):
	require_reader()
	filters = with_period(filters, GROUPS, months=12)
	counts = read_recommendations(filters, filters.view, filters.from_date, filters.to_date)
	before = {}
	if filters.view != MONTH:
		before = {row["key"]: row for row in recommendation(read_recommendations(filters, filters.view, *period_before(filters)))}
	rows = [_row(filters, group, before.get(group["key"])) for group in recommendation(counts) if group["key"] or filters.view not in PERSONS]
	if filters.view == MONTH:
		for earlier, row in zip(rows, rows[1:], strict=False):
			if earlier["key"] == month_before(row["key"]):
				row["before"] = earlier["nps"]
	else:
		rows.sort(key=lambda row: (bool(row["sample"]), -(row["nps"] if row["nps"] is not None else -101)))
	return columns(filters.view), rows, message(rows), chart(rows, filters.view), summary(filters, counts)


def _row(filters, group: dict, earlier: dict | None) -> dict:
	is_hidden = hidden(filters, filters.view, group["key"], group["answers"])
	row = {
		"key": group["key"] or None,
		"label": label_of(filters.view, group["key"]),
		"answers": group["answers"],
		"sample": sample_note(group["answers"], is_hidden),
		**{name: None if is_hidden else flt(group[name], 1) for name in FIGURES},
		**{name: None if is_hidden else group[name] for name in COUNTS},
	}
	if earlier and not hidden(filters, filters.view, earlier["key"], earlier["answers"]):
		row["before"] = flt(earlier["nps"], 1)
	return row


def columns(view: str) -> list[dict]:
	def figure(name: str, label: str, kind: str = "Float") -> dict:
		return {"fieldname": name, "label": label, "fieldtype": kind, "precision": 1, "width": 120}

	return [
		{"fieldname": "label", "label": _(view), "fieldtype": "Data", "width": 220},
		figure("answers", _("Answers"), "Int"),
		figure("nps", _("NPS")),
		figure("low", _("At Least (95 %)")),
		figure("high", _("At Most (95 %)")),
		{"fieldname": "sample", "label": _("Sample"), "fieldtype": "Data", "width": 150},
		figure("before", _("Month Before") if view == MONTH else _("Period Before")),
		figure("promoters", _("Promoters"), "Int"),
		figure("passives", _("Passives"), "Int"),
		figure("detractors", _("Detractors"), "Int"),
	]


def chart(rows: list[dict], view: str) -> dict | None:
	drawn = [row for row in rows if row["nps"] is not None]
	drawn = drawn if view == MONTH else drawn[:MOST_DRAWN]
	if not drawn:
		return None
	return {
		"type": "line" if view == MONTH else "bar",
		"fieldtype": "Float",
		"colors": ["#2490EF"],
		"data": {"labels": [row["label"] for row in drawn], "datasets": [{"name": _("NPS"), "values": [row["nps"] for row in drawn]}]},
	}


def message(rows: list[dict]) -> str | None:
	if any(row["sample"] for row in rows):
		return _("Fewer than {0} answers are a small sample: the interval says how far the score may be off.").format(small_below())
	return None


def summary(filters, counts) -> list[dict] | None:
	for whole in recommendation(counts.assign(key="")):
		if hidden(filters, filters.view, None, whole["answers"]):
			return None
		between = _("{0} to {1}").format(flt(whole["low"], 1), flt(whole["high"], 1))
		return [
			{"label": _("NPS"), "value": f"{whole['nps']:.1f}", "datatype": "Data", "indicator": "Blue"},
			{"label": _("With 95 % Certainty"), "value": between, "datatype": "Data"},
			{"label": _("Promoters"), "value": whole["promoters"], "datatype": "Int", "indicator": "Green"},
			{"label": _("Detractors"), "value": whole["detractors"], "datatype": "Int", "indicator": "Red"},
		]
	return None
