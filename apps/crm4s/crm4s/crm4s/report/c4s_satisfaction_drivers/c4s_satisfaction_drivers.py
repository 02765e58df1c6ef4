"""Which questions of a survey move the recommendation or the index, and how sure that is; the method stands in `value/drivers.py`."""

import json

import frappe
import pandas as pd
from frappe import _
from frappe.utils import flt

from crm4s.crm4s.report.period import with_period
from crm4s.satisfaction.read import RESPONSE, chosen, kinds_of, shares_of
from crm4s.satisfaction.who import hidden, require_reader
from crm4s.value.drivers import ALIKE, LEAST, find_drivers
from crm4s.value.satisfaction import POINTS

RECOMMENDATION, INDEX = "Recommendation", "Satisfaction Index"
# A hundred thousand say no more than these, the newest.
MOST = 30_000
MOST_DRAWN = 12


def execute(filters: dict | None = None):
	require_reader()
	filters = with_period(filters, (RECOMMENDATION, INDEX), months=12)
	if not filters.survey:
		return columns(filters.view), [], _("Choose a survey: questions of different surveys cannot be compared."), None, None
	answers, outcome = read_answers(filters)
	if hidden(filters, filters.view, None, int(outcome.notna().sum())):
		return columns(filters.view), [], _("Too Few Answers to Show"), None, None
	found, explained = find_drivers(answers, outcome)
	if not found:
		return columns(filters.view), [], _("At least {0} responses with different answers are needed to tell what moves what.").format(LEAST), None, None
	names = questions_of(filters.survey, answers.columns)
	rows = [_row(driver, names) for driver in found]
	return columns(filters.view), rows, message(filters.view, rows), chart(rows), summary(filters.view, outcome, explained)


def read_answers(filters) -> tuple[pd.DataFrame, pd.Series]:
	"""One row a response of the shares by question, and the outcome: the recommendation of 0 to 10 or the index."""
	response = frappe.qb.DocType(RESPONSE)
	filters = frappe._dict(filters, survey_kind=filters.survey_kind or frappe.db.get_value("C4S Survey", filters.survey, "survey_kind"))
	query = frappe.qb.from_(response).select(shares_of(response).as_("measures"), response.score, response.rated_answers, response.nps_answer, response.nps_group)
	query = chosen(query, response, filters, filters.from_date, filters.to_date, kinds_of(filters))
	found = query.orderby(response.responded_on, order=frappe.qb.desc).limit(MOST).run(as_dict=True)
	texts = [row.measures or '{"q":{}}' for row in found]
	answers = pd.DataFrame([stored["q"] for stored in json.loads(f"[{','.join(texts)}]")])
	if filters.view == INDEX:
		outcome = [row.score if row.rated_answers else None for row in found]
	else:
		outcome = [row.nps_answer if row.nps_group else None for row in found]
	return answers, pd.Series(outcome, index=answers.index, dtype=float)


def questions_of(survey: str, keys) -> dict[str, str]:
	"""What the questions ask, by their key: as they stand in the survey now, else as they were asked last."""
	rows = frappe.get_all("C4S Survey Question", {"parent": survey, "parenttype": "C4S Survey"}, ["name", "question"])
	names = {row.name: row.question for row in rows}
	for key in set(keys) - set(names):
		names[key] = frappe.db.get_value("C4S Survey Answer", {"question_row": key}, "question") or key
	return names


def _row(driver, names: dict[str, str]) -> dict:
	alike = driver.twin is not None and driver.likeness >= ALIKE
	return {
		"question": names[driver.question],
		"answers": driver.answers,
		"average": flt(driver.average * POINTS, 1),
		**{name: flt(getattr(driver, name), 2) for name in ("effect", "effect_low", "effect_high")},
		**{name: flt(100 * getattr(driver, name), 1) for name in ("share", "share_low", "share_high")},
		"twin": names[driver.twin] if alike else None,
		"likeness": flt(driver.likeness, 2) if alike else None,
		"sure": _("Moves It") if driver.effect_low > 0 else _("Moves It the Other Way") if driver.effect_high < 0 else _("No Difference Seen"),
	}


def columns(view: str) -> list[dict]:
	def figure(name: str, label: str, kind: str = "Float", width: int = 130) -> dict:
		return {"fieldname": name, "label": label, "fieldtype": kind, "width": width}

	def words(name: str, label: str, width: int) -> dict:
		return {"fieldname": name, "label": label, "fieldtype": "Data", "width": width}

	return [
		words("question", _("Question"), 320),
		figure("answers", _("Answers"), "Int", 90),
		figure("average", _("Average (of 1,000)")),
		figure("share", _("Part in What Moves It (%)"), width=180),
		figure("share_low", _("At Least (95 %)")),
		figure("share_high", _("At Most (95 %)")),
		figure("effect", _("Points of the Index per Step") if view == INDEX else _("Recommendation per Step"), width=190),
		figure("effect_low", _("At Least (95 %)")),
		figure("effect_high", _("At Most (95 %)")),
		words("sure", _("What It Says"), 170),
		words("twin", _("Cannot Be Told from"), 260),
		figure("likeness", _("Correlation"), width=100),
	]


def message(view: str, rows: list[dict]) -> str:
	told = [_("A step is a tenth of the scale. The effect holds what comes along with a question and proves no cause.")]
	if view == INDEX:
		told.append(_("The index is made of these questions, so together they explain nearly all of it."))
	if any(row["twin"] for row in rows):
		told.append(_("Questions that are answered nearly alike share what they explain: look at both."))
	return " ".join(told)


def chart(rows: list[dict]) -> dict:
	drawn = rows[:MOST_DRAWN]
	return {
		"type": "bar",
		"fieldtype": "Float",
		"colors": ["#2490EF"],
		"data": {
			"labels": [row["question"][:16] for row in drawn],
			"datasets": [{"name": _("Part in What Moves It (%)"), "values": [row["share"] for row in drawn]}],
		},
	}


def summary(view: str, outcome: pd.Series, explained: float) -> list[dict]:
	return [
		{"label": _("Answers"), "value": int(outcome.notna().sum()), "datatype": "Int"},
		{"label": _(view), "value": f"{outcome.mean():.1f}", "datatype": "Data", "indicator": "Blue"},
		{"label": _("Explained by All Questions"), "value": flt(100 * explained, 1), "datatype": "Percent"},
	]
