"""Writing to the store or the manufacturer."""

import frappe
from frappe import _

from crm4s.portal import frame, stores, voices
from crm4s.portal.cars import cards
from crm4s.portal.form import Form
from crm4s.portal.own import VEHICLE
from crm4s.portal.routes import action, page
from crm4s.portal.uploads import MOST, read_pictures
from crm4s.portal.viewer import Viewer

PATHS = {voices.COMPLAINT: "/my/complaints", voices.INTERACTION: "/my/threads"}


@page("my/write", "write.html", car=VEHICLE)
def write(viewer: Viewer, context, car: str | None):
	labels = voices.labels()
	kind = Form(frappe.form_dict, None).text("kind")
	kind = kind if kind in labels else None
	context.update(tab="voice", title=labels[kind][0] if kind else _("Write to Us"), kind=kind)
	if not kind:
		context["kinds"] = [{"path": f"/my/write?kind={key}" + (f"&car={car}" if car else ""), "title": title, "text": text, "sign": voices.KINDS[key].sign} for key, (title, text) in labels.items()]
		return
	topics, offered = voices.topics(kind), stores.to_choose()
	store = voices.own_store(viewer, car)
	context.update(
		hint=labels[kind][1],
		cars=[(shown.name, shown.title) for shown in cards(viewer)],
		car=car,
		stores=offered,
		store=store if store in dict(offered) else "",
		topics=[(topic, _(topic)) for topic in topics] if len(topics) > 1 else [],
		longest=voices.LONGEST_WORDS,
		most_photos=MOST,
	)


@action("my/write", "send", car=VEHICLE)
def send(viewer: Viewer, form: Form, car: str | None):
	kind = form.one_of("kind", voices.KINDS, _("What it is about"))
	words = voices.checked_words(form.must("words", _("Your words"), longest=voices.LONGEST_WORDS))
	store = form.one_of("store", dict(stores.to_choose()), _("Store"))
	topic = form.one_of("topic", voices.topics(kind), _("Topic")) if form.text("topic") else None
	pictures = read_pictures(form.files, "photos")
	doctype, name = voices.write(viewer, kind, words, store, car, topic, pictures, form.text("once") or frappe.generate_hash(length=32))
	frame.say(viewer, _("Thank you. We have it under number {0}.").format(name))
	return f"{PATHS[doctype]}/{name}"
