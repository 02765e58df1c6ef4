"""Consent by purpose and channel, with what was decided before. Nothing is ticked that was not given."""

from frappe import _

from crm4s.portal import choices, frame
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer


@page("my/me/consent", "my_consent.html")
def my_consent(viewer: Viewer, context):
	context.update(
		tab="me",
		title=_("Messages and consent"),
		purposes=choices.purposes(),
		channels=choices.channels_of(viewer.customer),
		given=choices.given(viewer.customer),
		history=choices.history(viewer.customer),
	)


@action("my/me/consent", "save")
def save(viewer: Viewer, form):
	pairs = [(purpose, kind) for purpose in choices.purposes() for kind in choices.channels_of(viewer.customer)]
	changed = choices.decide(viewer.customer, {pair: form.ticked(f"{pair[0]}|{pair[1]}") for pair in pairs})
	frame.say(viewer, _("Your choice counts from now on.") if changed else _("Nothing has changed."))


@action("my/me/consent", "withdraw")
def withdraw(viewer: Viewer, form):
	choices.withdraw_all(viewer.customer)
	frame.say(viewer, _("We write to you about nothing of this any more. What your orders and repairs need still comes."))
