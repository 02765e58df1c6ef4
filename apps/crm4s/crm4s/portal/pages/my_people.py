"""Who else sees the viewer's cars, and whose cars the viewer sees."""

import frappe
from frappe import _
from frappe.utils import get_url

from crm4s.exceptions import SignInError
from crm4s.portal import cars, frame, own, people
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import ACCESS, DRIVER, FAMILY, FLEET, Viewer

PAGE, JOIN = "/my/me/people", "/my/me/join"
ROLES = (FAMILY, DRIVER)


@own.rule(ACCESS)
def _accesses(viewer: Viewer, table):
	"""Both may end it: who gave it, and who got it."""
	return table.customer.isin(viewer.whole) | (table.account == viewer.account)


@page("my/me/people", "my_people.html")
def my_people(viewer: Viewer, context):
	context.update(
		tab="me",
		title=_("Family and drivers"),
		granted=people.granted(viewer),
		received=people.received(viewer),
		cars=cars.cards(viewer),
		roles=[(role, _(role), _sees(role)) for role in ROLES],
		sees={role: _sees(role) for role in (FAMILY, DRIVER, FLEET)},
		link=_own_link(viewer),
		days=people.INVITATION_DAYS,
	)


@action("my/me/people", "let-in", vehicle=own.VEHICLE)
def let_in(viewer: Viewer, form, vehicle: str | None) -> str | None:
	"""By the number of a file that the group has; without one by a link, which the viewer sends."""
	grant = people.grant_of(viewer, form.one_of("role", ROLES, _("Who is it?")), vehicle)
	phone = form.text("phone", 30)
	if not phone:
		return f"{PAGE}?link={people.invitation_to(grant)}"
	people.let_in(grant, people.person_with(viewer, phone), viewer.customer_name)
	frame.say(viewer, _("Done. He or she sees it after signing in with this number."))
	return None


@action("my/me/people", "end", access=ACCESS)
def end(viewer: Viewer, form, access: str | None):
	if not access:
		raise own.NotYoursError
	people.end(access)
	frame.say(viewer, _("Ended. Nothing is seen by it any more."))


@page("my/me/join/<token>", "join.html")
def join(viewer: Viewer, context, token: str):
	context.update(tab="me", title=_("Invitation"), refused=None, sees="")
	try:
		context["sees"] = _sees(people.invited(token).access_role)
	except SignInError as refusal:
		frappe.clear_messages()
		context["refused"] = str(refusal)


@action("my/me/join/<token>", "accept")
def accept(viewer: Viewer, form, token: str) -> str:
	people.accept(viewer, token)
	frame.say(viewer, _("Done. You see the cars here now."))
	return "/my"


def _own_link(viewer: Viewer) -> str | None:
	"""The address of the link that the form just made; nothing for a token that is not this viewer's."""
	token = frappe.form_dict.get("link")
	if not isinstance(token, str):
		return None
	try:
		grant = people.invited(token)
	except SignInError:
		frappe.clear_messages()
		return None
	return get_url(f"{JOIN}/{token}") if grant.customer in viewer.whole else None


def _sees(role: str) -> str:
	return {
		FAMILY: _("Sees all your cars with their dates and history, and books for them. Not your orders, points, messages and complaints."),
		DRIVER: _("Sees one car with its dates and history, and books for it. Nothing else of yours."),
		FLEET: _("Sees and does everything for the organisation: cars, drivers, appointments, bills, complaints."),
	}[role]
