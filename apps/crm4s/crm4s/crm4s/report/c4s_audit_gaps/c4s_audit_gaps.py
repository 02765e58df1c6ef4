"""Where mystery visits and on-site assessments found less than the standard asks, and what is done about it. Published audits only."""

import frappe
from frappe import _
from frappe.utils import flt

from crm4s.access.chosen_stores import keep_stores
from crm4s.audits.access import PUBLISHED
from crm4s.audits.gaps import ACTION, ANSWER, AUDIT, subject_of
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.audit_gaps import gaps_by_key
from crm4s.satisfaction.read import touchpoints
from crm4s.settings import setting
from crm4s.surveys import questions
from crm4s.surveys.languages import translator
from crm4s.surveys.versions import content_of
from crm4s.value.satisfaction import POINTS
from crm4s.workflows.wording import in_own_language

QUESTION, TOUCHPOINT = "Question", "Touchpoint"
# What an audit does not say of itself cannot filter the list of audits.
VIEWS = {
	QUESTION: shapes.Axis("question", listed=False),
	"Store": shapes.STORE,
	"Section": shapes.Axis("section", listed=False),
	TOUCHPOINT: shapes.Axis("touchpoint", listed=False),
	shapes.MONTH: shapes.BY_MONTH,
	"Survey": shapes.Axis("survey"),
}
FILTERS = ("audit_kind", "survey", "auditor")
MOMENT, DONE_WITH = "visited_on", ("Checked", "Cancelled")


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=12)
	axis = VIEWS[filters.view]
	answers = read(filters)
	rows = shapes.read(gaps_by_key(answers), axis, filters, FILTERS)
	if not axis.listed:
		rows = [{**row, "label": str(row["key"])} for row in rows]
	if filters.view == QUESTION:
		about = {answer["key"]: answer for answer in answers}
		rows = [{**row, **{name: about[row["key"]][name] for name in ("section", "touchpoint", "standard")}} for row in rows]
	return columns(filters.view), rows, None, chart(rows), summary(answers)


def read(filters) -> list[dict]:
	"""Each rated answer of the audits in the time, with its points and what is done about it."""
	audit, answer = frappe.qb.DocType(AUDIT), frappe.qb.DocType(ANSWER)
	query = (
		frappe.qb.from_(audit)
		.join(answer)
		.on((answer.parent == audit.name) & (answer.parenttype == AUDIT))
		.select(audit.name.as_("audit"), audit.dealership, audit.survey, audit.version, audit.visited_on, answer.question_row, answer.text, answer.number, answer.is_low)
		.where((audit.status == PUBLISHED) & shapes.within(audit.visited_on, filters))
	)
	rows = keep_stores(shapes.equal_to(query, audit, filters, FILTERS), audit.dealership, filters.dealership).run(as_dict=True)
	asked, actions, limit = _asked({row.version for row in rows}), _actions({row.audit for row in rows}), flt(setting("complaint_below"))
	return [found for row in rows if (found := _rated(row, asked[row.version].get(row.question_row), actions, limit, filters.view))]


def _rated(row, question: dict | None, actions: dict, limit: float, view: str) -> dict | None:
	"""None for an answer that counts for no index."""
	scale = question and questions.scale_of(question, row.text or "")
	if not scale:
		return None
	points = POINTS * (row.number - scale[0]) / (scale[1] - scale[0])
	own = actions.get((row.audit, question["subject"]), [])
	found = {
		"audit": row.audit,
		"points": points,
		"weight": flt(question["weight"]),
		"is_gap": points < limit or bool(row.is_low),
		"actions": len(own),
		"open_actions": sum(status not in DONE_WITH for status in own),
		**{name: question[name] for name in ("question", "section", "touchpoint", "standard")},
		"dealership": row.dealership,
		"survey": row.survey,
	}
	return found | {"key": found[VIEWS[view].field] if VIEWS[view].field else row.visited_on.year * 100 + row.visited_on.month}


def _asked(versions: set[str]) -> dict[str, dict[str, dict]]:
	"""By version the questions by their row, in the reader's language, with the touchpoint whose standard they look at."""
	by_indicator = {indicator: touchpoint for touchpoint, indicator in touchpoints().items()}
	standards = dict(frappe.get_all("C4S Touchpoint", {"name": ["in", [*by_indicator.values(), ""]]}, ["name", "standard"], as_list=True))
	found = {}
	for version in versions:
		content = content_of(version)
		say = translator(content, frappe.local.lang)
		found[version] = {
			question["row"]: question
			| {
				"subject": subject_of(question),
				"question": say(question["question"]),
				"section": say(question["heading"]),
				"touchpoint": _touchpoint(by_indicator.get(question["indicator"])),
				"standard": in_own_language(standards.get(by_indicator.get(question["indicator"])) or ""),
			}
			for question in content["questions"]
		}
	return found


def _touchpoint(name: str | None) -> str:
	if not name:
		return ""
	kind, _colon, state = name.partition(": ")
	return f"{_(f'C4S {kind}')}: {_(state)}"


def _actions(audits: set[str]) -> dict[tuple[str, str], list[str]]:
	"""By audit and subject the status of each improvement action."""
	rows = frappe.get_all(ACTION, {"document_type": AUDIT, "document_name": ["in", sorted(audits) or [""]]}, ["document_name", "subject", "status"], limit_page_length=0)
	found: dict = {}
	for row in rows:
		found.setdefault((row.document_name, row.subject), []).append(row.status)
	return found


def chart(rows: list[dict]) -> dict | None:
	"""The groups with gaps."""
	drawn = shapes.bars([row for row in rows if row["gaps"]], {"gaps": _("Gaps"), "without_action": _("Without Action")}, most=12)
	return {**drawn, "colors": ["#F7B500", "#E24C4C"]} if drawn else None


def columns(view: str) -> list[dict]:
	texts = [("section", _("Section"), 130), ("touchpoint", _("Touchpoint"), 190), ("standard", _("Standard"), 320)]
	return [
		shapes.key_column(view, 300 if view == QUESTION else 200),
		shapes.column("gaps", _("Gaps"), width=90),
		shapes.column("gap_percent", _("Of the Answers %"), "Percent", 130),
		shapes.column("points", _("Points of 1,000"), "Float", 125, precision=1),
		shapes.column("without_action", _("Without Action"), width=130),
		shapes.column("open_actions", _("Actions in Work"), width=135),
		shapes.column("audits", _("Audits"), width=90, **shapes.opens(AUDIT, MOMENT, status=PUBLISHED)),
		shapes.column("answers", _("Answers"), width=100),
		*(shapes.column(name, label, "Data", width) for name, label, width in texts if view == QUESTION),
	]


def summary(answers: list[dict]) -> list[dict]:
	together = gaps_by_key([{**answer, "key": ""} for answer in answers])
	if not together:
		return []
	total = together[0]
	return [
		shapes.figure(_("Audits"), total["audits"]),
		shapes.figure(_("Points of 1,000"), total["points"], "Float", "Blue"),
		shapes.figure(_("Gaps"), total["gaps"], indicator="Red"),
		shapes.figure(_("Without Action"), total["without_action"], indicator="Orange"),
	]
