"""The pages behind a customer's links: what they show, and what happens to an answer. They know one link and nothing around it."""

import frappe
from frappe.utils import strip_html

from crm4s.exceptions import LinkRefusedError
from crm4s.service import links
from crm4s.service.approval import APPROVED, DECLINED

PATHS = frozenset(links.PAGES.values())
LANGUAGES = ("zh", "en")
# Field of an item's choice in the form of the page.
CHOICE = "item-"


def approval_page(context, method: str, form: dict) -> None:
	"""Fill the context of the approval page: `rows` to decide on, `answered` after an answer, or `refused`, one sentence."""
	_begin(context)
	token = _text(form.get("token"))
	try:
		link = links.open_link(token, links.FOR_APPROVAL)
		_speak_as_customer(link)
		_show_quotation(context, link)
		context.token = token
		if method == "POST":
			_take_answer(context, token, form)
	except LinkRefusedError as refusal:
		_refuse(context, refusal)


def status_page(context, form: dict) -> None:
	"""Fill the context of the status page: `progress`, or `refused`, one sentence."""
	_begin(context)
	try:
		link = links.open_link(_text(form.get("token")), links.FOR_STATUS)
		_speak_as_customer(link)
		context.store = _store(link)
		context.progress = links.progress(link)
	except LinkRefusedError as refusal:
		_refuse(context, refusal)


def keep_out_of_caches(request, response) -> None:
	"""After a request: what a customer's link shows is kept neither by the browser nor on the way to it."""
	if request.path.strip("/") in PATHS:
		response.headers["Cache-Control"] = "no-store"


def _begin(context) -> None:
	context.no_cache = 1
	context.language = "zh" if (frappe.local.lang or "").startswith("zh") else "en"
	context.csrf = frappe.session.data.get("csrf_token") if frappe.session.user != "Guest" else None


def _show_quotation(context, link) -> None:
	context.store = _store(link)
	context.rows = links.quotation(link)
	context.total = links.customers_total(context.rows)
	context.expires_on = link.expires_on
	context.language = frappe.local.lang


def _take_answer(context, token: str, form: dict) -> None:
	"""What is wrong with an answer is said above the form, which keeps what was chosen; nothing of it is stored."""
	decisions = {key.removeprefix(CHOICE): value for key, value in form.items() if key.startswith(CHOICE)}
	name = _text(form.get("signed_with"))
	frappe.db.savepoint("c4s_answer")
	try:
		links.answer(token, decisions, name)
	except frappe.ValidationError as refusal:
		frappe.db.rollback(save_point="c4s_answer")
		frappe.clear_messages()
		context.problem, context.chosen, context.signed_with = strip_html(str(refusal)), decisions, name
		return
	except Exception:
		# The website shows an error page and goes on, and would keep what was written so far.
		frappe.db.rollback()
		raise
	context.answered = True
	context.chosen = decisions
	context.approved_total = links.customers_total([row for row in context.rows if decisions[row["name"]] == APPROVED])
	context.declined = sum(decision == DECLINED for decision in decisions.values())


def _speak_as_customer(link) -> None:
	customer = frappe.db.get_value(links.VISIT, link.service_visit, "customer")
	language = customer and frappe.db.get_value("C4S Customer", customer, "language")
	if language in LANGUAGES:
		frappe.local.lang = language


def _refuse(context, refusal: Exception) -> None:
	frappe.clear_messages()
	context.language = frappe.local.lang
	context.refused = strip_html(str(refusal))
	context.http_status_code = 410


def _store(link) -> str:
	return frappe.db.get_value("C4S Dealership", link.dealership, "dealership_name") or ""


def _text(value) -> str:
	return value if isinstance(value, str) else ""
