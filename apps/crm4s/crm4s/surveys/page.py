"""The page on which a survey is answered. One template for the customer behind a link, for the agent on the phone, and for the preview of a draft.

The customer's link knows one invitation and shows nothing of the customer. Without scripts everything is shown and the server sorts out what is
not asked; with them, questions appear as they are needed, progress is shown, and a half-filled form survives in the browser.
"""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import now_datetime, strip_html

from crm4s.access.required import require_permission
from crm4s.counting import count
from crm4s.exceptions import LinkRefusedError
from crm4s.messages.kinds import MAIL, NOTICE, SMS, TASK, WECHAT, WECOM
from crm4s.messages.outbox import DELIVERED, MESSAGE, SENT
from crm4s.surveys import giving, languages, links, photos, questions, versions
from crm4s.surveys.questions import AnswerError

SURVEY, INVITATION, RESPONSE = versions.SURVEY, "C4S Survey Invitation", versions.RESPONSE
PATH = links.PATH
ANSWER, WHY, PHOTO = "q-", "why-", "photo-"
# So many tries to send one form within the hour: a person needs a few.
MOST_TRIES, TRIES_SECONDS = 30, 3600
CHANNEL_OF = {SMS: "SMS", MAIL: "E-mail", WECOM: "WeCom", WECHAT: "WeChat", NOTICE: "Portal", TASK: "Phone"}


def fill(context, method: str, form: Mapping, files: Mapping) -> None:
	"""Fill the context of the page: the questions, `answered` after the answers arrived, or `refused`, one sentence."""
	context.no_cache = 1
	context.language = "zh" if (frappe.local.lang or "").startswith("zh") else "en"
	context.csrf = frappe.session.data.get("csrf_token") if frappe.session.user != "Guest" else None
	try:
		if form.get("preview"):
			_show_preview(context, _text(form.get("preview")), form)
		elif form.get("ask"):
			_serve(context, _invitation_to_ask(_text(form.get("ask"))), method, form, files, by_phone=True)
		else:
			_serve(context, links.invitation_of(_text(form.get("t"))), method, form, files)
	except links.AnsweredError as thanks:
		_say(context, thanks, 200)
	except LinkRefusedError as refusal:
		_say(context, refusal, 410)
	except frappe.PermissionError:
		_say(context, _("Please sign in first; this page is for colleagues."), 403)


def keep_out_of_caches(request, response) -> None:
	"""After a request: what a link shows is kept neither by the browser nor on the way to it."""
	if request.path.strip("/") == PATH:
		response.headers["Cache-Control"] = "no-store"


def _show_preview(context, name: str, form: Mapping) -> None:
	_require_known(SURVEY, name)
	require_permission(SURVEY, "read", name)
	survey = frappe.get_doc(SURVEY, name)
	context.preview = survey.name
	_show(context, versions.draft_of(survey), _text(form.get("l")))


def _invitation_to_ask(name: str):
	_require_known(INVITATION, name)
	require_permission(INVITATION, "read", name)
	require_permission(RESPONSE, "create")
	return frappe.get_doc(INVITATION, name)


def _require_known(doctype: str, name: str) -> None:
	"""A stranger learns no names: what there is not is refused like what is not for him."""
	if not frappe.db.exists(doctype, name):
		raise frappe.PermissionError


def _serve(context, invitation, method: str, form: Mapping, files: Mapping, by_phone: bool = False) -> None:
	customers = frappe.db.get_value("C4S Customer", invitation.customer, "language")
	if not by_phone and customers in languages.LANGUAGES:
		frappe.local.lang = context.language = customers
	links.refuse_ended(invitation)
	survey = frappe.get_cached_doc(SURVEY, invitation.survey)
	version = _version(survey, _text(form.get("version")) if method == "POST" else "")
	content = versions.content_of(version)
	_show(context, content, _text(form.get("l")))
	context.version, context.store = version, frappe.db.get_value("C4S Dealership", invitation.dealership, "dealership_name") or ""
	if by_phone:
		context.ask = invitation.name
		context.customer = frappe.db.get_value("C4S Customer", invitation.customer, "customer_name")
	else:
		context.token = _text(form.get("t"))
		context.until = invitation.expires_on
	if method == "POST":
		_take(context, invitation, content, version, form, files, by_phone)
	elif not by_phone:
		_note_opening(invitation, context.language)


def _version(survey, shown: str) -> str:
	"""The version that was shown, if it is one of this survey, else the one that is published now."""
	if shown and frappe.db.get_value(versions.VERSION, shown, "survey") == survey.name:
		return shown
	if not survey.enabled or not survey.published_version:
		frappe.throw(_("This survey is closed. Thank you for your interest."), LinkRefusedError)
	return survey.published_version


def _show(context, content: Mapping, wished: str) -> None:
	"""The texts in the language asked for, else the reader's, else the survey's own."""
	offered = languages.languages_of(content)
	language = next((one for one in (wished, context.language) if one in offered), offered[0])
	frappe.local.lang = context.language = language
	context.languages = [one for one in offered if one != language]
	translate = languages.translator(content, language)
	context.title = translate(content["title"])
	context.introduction, context.thanks = translate(content["introduction"]), translate(content["thanks"])
	context.questions = [_shown(question, translate) for question in content["questions"]]
	context.chosen, context.reasons = {}, {}


def _shown(question: Mapping, translate) -> dict:
	condition = None
	if question["shown_if_question"]:
		condition = {"q": question["shown_if_question"], "c": question["shown_if"], "v": question["shown_if_value"]}
	return {
		**question,
		"section": translate(question["section"]),
		"text": translate(question["question"]),
		"numbers": questions.scale_numbers(question),
		"choices": questions.yes_no_answers(question) or [(option, translate(option)) for option in question["options"]],
		"condition": condition,
		"asks_why": "always" if question["asks_reason"] else "no" if question["question_kind"] == questions.YES_NO else "",
	}


def _take(context, invitation, content: Mapping, version: str, form: Mapping, files: Mapping, by_phone: bool) -> None:
	"""What is wrong with the answers is said above the form, which keeps them; nothing of it is stored."""
	context.chosen, context.reasons = _given(content, form)
	frappe.db.savepoint("c4s_survey")
	try:
		_refuse_haste(invitation.name)
		pictures = _pictures(content, files)
		response = giving.answer(
			invitation.name, version, context.chosen, context.reasons, pictures, context.language, channel_of(invitation, by_phone), by_phone
		)
	except LinkRefusedError:
		frappe.db.rollback(save_point="c4s_survey")
		raise
	except (frappe.ValidationError, AnswerError) as refusal:
		frappe.db.rollback(save_point="c4s_survey")
		frappe.clear_messages()
		context.problem = strip_html(str(refusal))
		if _sent_photo(content, files):
			# No page can give a file back.
			context.problem += " " + _("Please choose the photo again.")
		return
	except Exception:
		# The website shows an error page and goes on, and would keep what was written so far.
		frappe.db.rollback()
		raise
	frappe.clear_messages()
	context.answered, context.will_call = True, bool(response.opened_complaint) and not by_phone
	context.response = response.name if by_phone else None


def _given(content: Mapping, form: Mapping) -> tuple[dict[str, str], dict[str, str]]:
	"""Answers and reasons by code."""
	answers = {}
	for question in content["questions"]:
		field = ANSWER + question["code"]
		if question["question_kind"] == questions.MULTIPLE:
			answers[question["code"]] = "\n".join(
				option for place, option in enumerate(question["options"]) if form.get(f"{field}-{place}") == option
			)
		else:
			answers[question["code"]] = _text(form.get(field))
	return answers, {question["code"]: _text(form.get(WHY + question["code"])) for question in content["questions"]}


def _sent_photo(content: Mapping, files: Mapping) -> bool:
	sent = [files.get(PHOTO + question["code"]) for question in content["questions"] if question["question_kind"] == questions.PHOTO]
	return any(upload and upload.filename for upload in sent)


def _pictures(content: Mapping, files: Mapping) -> dict[str, bytes]:
	"""By row of the question."""
	asked = [question for question in content["questions"] if question["question_kind"] == questions.PHOTO]
	read = {question["row"]: photos.read(files.get(PHOTO + question["code"])) for question in asked}
	return {row: picture for row, picture in read.items() if picture}


def channel_of(invitation, by_phone: bool) -> str:
	"""How the customer came to answer: by what the message went out."""
	if by_phone:
		return "Phone"
	about = {"reference_doctype": INVITATION, "reference_name": invitation.name, "status": ["in", (SENT, DELIVERED)]}
	kinds = frappe.get_all(MESSAGE, about, pluck="channel_kind", order_by="sent_on desc", limit=1)
	return CHANNEL_OF.get(kinds[0], "Web") if kinds and kinds[0] != TASK else "Web"


def _note_opening(invitation, language: str) -> None:
	if invitation.status == "Invited":
		opened = {"status": "Opened", "opened_on": now_datetime(), "language": language}
		frappe.db.set_value(INVITATION, {"name": invitation.name, "status": "Invited"}, opened, update_modified=False)
		# A GET is rolled back otherwise.
		frappe.local.flags.commit = True


def _refuse_haste(invitation: str) -> None:
	if count(f"c4s_survey_tries:{invitation}", TRIES_SECONDS) > MOST_TRIES:
		raise AnswerError(_("This form was sent too often; please wait an hour."))


def _say(context, sentence, status: int) -> None:
	frappe.clear_messages()
	context.language = frappe.local.lang
	context.refused = strip_html(str(sentence))
	context.title = context.title or _("Survey")
	context.http_status_code = status


def _text(value) -> str:
	return value if isinstance(value, str) else ""
