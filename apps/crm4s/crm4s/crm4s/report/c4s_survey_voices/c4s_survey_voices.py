"""What customers say in their own words: key words with whether they praise or complain and with quotes; what they wish and complain about most."""

from frappe import _
from frappe.utils import flt

from crm4s.cells import harmless
from crm4s.crm4s.report.period import with_period
from crm4s.reports.voices import COMPLAINT, MIXED, PRAISE, choices, key_words
from crm4s.satisfaction.texts import cutter, read_choices, read_said, word_lists
from crm4s.satisfaction.who import hidden, require_reader, small_below
from crm4s.settings import setting

WORDS, WISHED, COMPLAINED = "Key Words", "Most Wished", "Most Complained"
VIEWS = (WORDS, WISHED, COMPLAINED)
MOST_WORDS, MOST_DRAWN = 200, 15


def execute(filters: dict | None = None):
	require_reader()
	filters = with_period(filters, VIEWS, months=12)
	return by_word(filters) if filters.view == WORDS else by_choice(filters)


def by_word(filters):
	said = read_said(filters)
	if hidden(filters, filters.view, None, len({text.response for text in said})):
		return word_columns(), [], _("Too Few Answers to Show"), None, None
	stop, meanings = word_lists()
	words = key_words(said, cutter(meanings), stop, meanings, flt(setting("praise_from")), flt(setting("complaint_below")))
	if filters.polarity:
		words = [word for word in words if word.polarity == filters.polarity]
	rows = [_word_row(word) for word in words[:MOST_WORDS]]
	told = [
		{"label": _("Texts"), "value": len(said), "datatype": "Int"},
		{"label": _(PRAISE), "value": sum(word.polarity == PRAISE for word in words), "datatype": "Int", "indicator": "Green"},
		{"label": _(COMPLAINT), "value": sum(word.polarity == COMPLAINT for word in words), "datatype": "Int", "indicator": "Red"},
	]
	return word_columns(), rows, _small(len(said)), word_chart(words[:MOST_DRAWN]), told


def _word_row(word) -> dict:
	quotes = dict(enumerate(word.quotes))
	return {
		"word": word.word,
		"answers": word.responses,
		"polarity": _(word.polarity),
		"praise": word.praise,
		"complaints": word.complaints,
		"score": None if word.score is None else flt(word.score, 1),
		**{f"quote_{number}": harmless(quotes[number][1]) for number in quotes},
		**{f"response_{number}": quotes[number][0] for number in quotes},
	}


def word_columns() -> list[dict]:
	def figure(name: str, label: str, kind: str = "Int") -> dict:
		return {"fieldname": name, "label": label, "fieldtype": kind, "precision": 1, "width": 100}

	quotes = []
	for number in range(3):
		quotes += [
			{"fieldname": f"quote_{number}", "label": _("Quote {0}").format(number + 1), "fieldtype": "Data", "width": 300},
			{"fieldname": f"response_{number}", "label": _("Response {0}").format(number + 1), "fieldtype": "Link", "options": "C4S Survey Response", "width": 120},
		]
	return [
		{"fieldname": "word", "label": _("Word"), "fieldtype": "Data", "width": 130},
		figure("answers", _("Responses")),
		{"fieldname": "polarity", "label": _("What It Says"), "fieldtype": "Data", "width": 110},
		figure("praise", _("In Praise")),
		figure("complaints", _("In Complaint")),
		figure("score", _("Mean Score"), "Float"),
		*quotes,
	]


def word_chart(words: list) -> dict | None:
	if not words:
		return None
	sets = {PRAISE: "praise", COMPLAINT: "complaints"}
	datasets = [{"name": _(name), "values": [getattr(word, field) for word in words]} for name, field in sets.items()]
	datasets.append({"name": _(MIXED), "values": [word.responses - word.praise - word.complaints for word in words]})
	return {
		"type": "bar",
		"fieldtype": "Int",
		"colors": ["#29CD42", "#FC4F51", "#B8C2CC"],
		"barOptions": {"stacked": 1},
		"data": {"labels": [word.word for word in words], "datasets": datasets},
	}


def by_choice(filters):
	found = read_choices(filters, filters.view)
	asked = len({response for response, _choices, _score in found})
	if hidden(filters, filters.view, None, asked):
		found = []
	rows = [{"choice": harmless(row["choice"]), "answers": row["responses"], "percent": flt(row["percent"], 1), "score": None if row["score"] is None else flt(row["score"], 1)} for row in choices(found)]
	head = [
		{"fieldname": "choice", "label": _(filters.view), "fieldtype": "Data", "width": 260},
		{"fieldname": "answers", "label": _("Responses"), "fieldtype": "Int", "width": 110},
		{"fieldname": "percent", "label": _("Of Those Asked %"), "fieldtype": "Percent", "width": 140},
		{"fieldname": "score", "label": _("Mean Score"), "fieldtype": "Float", "precision": 1, "width": 120},
	]
	picture = None
	if rows:
		drawn = rows[:MOST_DRAWN]
		picture = {
			"type": "bar",
			"fieldtype": "Int",
			"colors": ["#29CD42" if filters.view == WISHED else "#FC4F51"],
			"data": {"labels": [row["choice"] for row in drawn], "datasets": [{"name": _("Responses"), "values": [row["answers"] for row in drawn]}]},
		}
	nothing = _("No question of a survey tells this yet; questions say so in the column Tells the.")
	return head, rows, _small(asked) if rows else nothing, picture, [{"label": _("Responses"), "value": asked, "datatype": "Int"}]


def _small(count: int) -> str | None:
	return _("{0} texts are a small sample.").format(count) if 0 < count < small_below() else None
