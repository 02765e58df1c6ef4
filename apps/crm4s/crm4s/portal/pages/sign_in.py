"""Getting in and out: a code to the phone or e-mail address on file, a link by message, signing out."""

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime
from werkzeug.utils import redirect

from crm4s.exceptions import LinkRefusedError, SignInError
from crm4s.portal import accounts, codes, devices, frame, links
from crm4s.portal.routes import ROOT, action, page
from crm4s.portal.viewer import ACTIVE, GUEST

HOME = f"/{ROOT}"


@page("my/sign-in", "sign_in.html", guests=True)
def sign_in(viewer, context):
	if viewer:
		return redirect(_inside(frappe.form_dict.get("to")), 303)
	door = frappe.request.cookies.get(codes.DOOR)
	context.update(title=_("Sign In"), to=_inside(frappe.form_dict.get("to")), waits=codes.waits_for_code(door), is_colleague=frappe.session.user != GUEST)


@action("my/sign-in", "ask")
def ask(viewer, form):
	door = codes.ask(form.must("address", _("Phone number or e-mail address")))
	frappe.local.cookie_manager.set_cookie(codes.DOOR, door, expires=add_to_date(now_datetime(), seconds=codes.SECONDS), httponly=True)
	return _sign_in_page(form)


@action("my/sign-in", "again")
def ask_again(viewer, form):
	"""Another number, or a new code: the page begins anew."""
	frappe.local.cookie_manager.delete_cookie(codes.DOOR)
	return _sign_in_page(form)


@action("my/sign-in", "check")
def check(viewer, form):
	customer, address = codes.check(frappe.request.cookies.get(codes.DOOR), form.must("code", _("Code"), longest=20))
	frappe.local.cookie_manager.delete_cookie(codes.DOOR)
	let_in(customer)
	if "@" not in address:
		accounts.prove_phone(customer, address)
	return _inside(form.text("to"))


@page("my/enter/<token>", "enter.html", guests=True)
def enter(viewer, context, token):
	context.update(title=_("Welcome"), refused=None, leads_to=HOME)
	try:
		link = links.open_link(token)
	except (SignInError, LinkRefusedError) as refusal:
		frappe.clear_messages()
		context["refused"] = str(refusal)
		return
	language = frappe.db.get_value("C4S Customer", link.customer, "language")
	if language in frame.LANGUAGES:
		frappe.local.lang = context["language"] = language
	context["title"] = _("Welcome")


@action("my/enter/<token>", "enter")
def use_link(viewer, form, token):
	link = links.use(token)
	if not viewer or viewer.customer != link.customer:
		let_in(link.customer)
	return _inside(link.leads_to)


@action("my/sign-in", "language")
def speak(viewer, form):
	"""A guest's language; who is signed in chooses it with the own data."""
	language = form.one_of("language", frame.LANGUAGES, _("Language"))
	frappe.local.cookie_manager.set_cookie(frame.LANGUAGE_COOKIE, language, expires=add_to_date(now_datetime(), years=1))
	return _sign_in_page(form)


@page("my/sign-out", "sign_out.html")
def sign_out(viewer, context):
	context.update(title=_("Sign Out"), devices=devices.of_account(viewer.account))


@action("my/sign-out", "here")
def leave(viewer, form):
	devices.sign_out_here()
	return f"{HOME}/sign-in"


@action("my/sign-out", "everywhere")
def leave_everywhere(viewer, form):
	devices.sign_out_everywhere(viewer)
	return f"{HOME}/sign-in"


def let_in(customer: str) -> None:
	"""Sign a customer in who has proven to be that.

	Raises:
		SignInError: the account is locked.
	"""
	account = accounts.open_for(customer)
	if account.status != ACTIVE:
		frappe.throw(_("This access is locked; please call the store."), SignInError)
	# Before the session, which is committed with what was written so far: one writing to the disk less.
	accounts.note_sign_in(account)
	devices.sign_in(account)


def _sign_in_page(form) -> str:
	to = _inside(form.text("to"))
	return f"{HOME}/sign-in" if to == HOME else f"{HOME}/sign-in?to={to}"


def _inside(path: str | None) -> str:
	"""Where somebody wanted to go, if that is a page of the portal."""
	plain = isinstance(path, str) and path.startswith(f"{HOME}/") and len(path) < 200 and not set(path) & set("\\?#%&\r\n") and "//" not in path
	return path if plain else HOME
