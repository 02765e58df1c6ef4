"""The tab of the person: who is signed in, in which language, and the ways to data, consent, people, devices and export."""

import frappe
from frappe import _

from crm4s.portal import frame, personal
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer

LANGUAGE_NAMES = (("zh", "中文"), ("en", "English"))


@page("my/me", "me.html")
def me(viewer: Viewer, context):
	person = frappe.db.get_value("C4S Customer", viewer.customer, ["customer_name", "masked_phone", "email", "language"], as_dict=True)
	context.update(tab="me", title=_("Me"), person=person, languages=LANGUAGE_NAMES, ways=_ways())


@action("my/me", "language")
def speak(viewer: Viewer, form):
	language = form.one_of("language", frame.LANGUAGES, _("Language"))
	personal.save(viewer.customer, {"language": language})
	frappe.local.lang = language
	frame.say(viewer, _("This is your language now."))


def _ways() -> list[dict]:
	ways = (
		("/my/me/data", _("My data"), _("What we keep of you, and how to correct or erase it")),
		("/my/me/consent", _("Messages and consent"), _("About what we may write to you, and how")),
		("/my/me/people", _("Family and drivers"), _("Who else sees your cars and books for them")),
		("/my/messages", _("Messages"), _("What we wrote to each other")),
		("/my/me/export", _("Take my data along"), _("All of it, to read, print or keep")),
		("/my/sign-out", _("Phones and signing out"), _("Where you are signed in")),
	)
	return [{"path": path, "title": title, "text": text, "mark": ""} for path, title, text in ways]
