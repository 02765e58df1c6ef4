"""One request to the portal, from the address to the answer (Frappe's hook page_renderer).

Order: who is here, is there such a page, are the names in it the viewer's own, what did the form ask for, how does the page look now. A form that
was carried out is answered by a redirect, so that reloading repeats nothing; one that arrives twice is carried out once.
"""

from urllib.parse import quote, urlsplit

import frappe
from frappe import _
from frappe.sessions import get_csrf_token
from frappe.utils import strip_html
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from crm4s.exceptions import SignInError
from crm4s.portal import devices, frame, own, routes
from crm4s.portal import viewer as viewers
from crm4s.portal.form import Form, Once

SIGN_IN = "/my/sign-in"
SAVEPOINT = "c4s_portal"
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
	"Cache-Control": "no-store",
	"Content-Security-Policy": POLICY,
	"Referrer-Policy": "same-origin",
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "DENY",
	"X-Robots-Tag": "noindex, nofollow",
}


class PortalPage:
	"""What Frappe asks for the addresses below /my."""

	def __init__(self, path: str, http_status_code: int | None = None):
		self.path = path.strip("/")

	def can_render(self) -> bool:
		return self.path == routes.ROOT or self.path.startswith(f"{routes.ROOT}/")

	def render(self) -> Response:
		response = _answer(self.path)
		for name, value in HEADERS.items():
			response.headers.setdefault(name, value)
		return response


def read_ahead() -> None:
	"""For a server that reads the application once, before its processes fork: otherwise the first customers after a start wait for it in each of them."""
	routes.pages()
	frame.compile_templates()


def _answer(path: str) -> Response:
	viewer = viewers.current()
	if not viewer and frappe.session.user == viewers.GUEST and devices.resume():
		viewer = viewers.current()
	frame.speak(viewer)
	found = routes.match(path)
	if found and not viewer and not found[0].guests:
		return _to_sign_in()
	try:
		if not found:
			raise own.NotYoursError
		return _serve(viewer, *found)
	except own.NotYoursError:
		frappe.db.rollback()
		return _problem_page(viewer, 404, _("There is no such page"), _("It may have been moved, or the link was not copied whole."))
	except Exception:
		# Nothing half-written stays, and the framework's error page would tell about our inside.
		frappe.db.rollback()
		frappe.log_error(f"Portal: {path.split('/')[1] if '/' in path else path}")
		frappe.db.commit()
		return _problem_page(viewer, 500, _("Something went wrong here"), _("It is noted, and nothing was changed. Please try again, or call the store."))


def _serve(viewer, page: routes.Page, path_names: dict[str, str]) -> Response:
	form = Form(frappe.form_dict, frappe.request.files)
	names = _own_names(viewer, page.names, path_names, form)
	problem = None
	if frappe.request.method == "POST":
		outcome = _carry_out(viewer, page, path_names, form)
		if not isinstance(outcome, str):
			return outcome
		problem = outcome
	context = _context(viewer, form, problem)
	answered = page.fill(viewer, context, **names)
	if isinstance(answered, Response):
		return answered
	return _html(frame.draw(page.template, context), 422 if problem else 200)


def _carry_out(viewer, page: routes.Page, path_names: dict[str, str], form: Form) -> Response | str:
	"""The redirect after the form's action, or what was wrong with the form, in one sentence."""
	action = page.actions.get(form.text("action"))
	if not action or not _comes_from_here():
		raise own.NotYoursError
	names = _own_names(viewer, action.names, path_names, form)
	once = Once(viewer.user if viewer else form.text("once"), form.text("once"))
	if target := once.begin():
		return redirect(target, 303)
	try:
		target = _carried_out(action, viewer, form, names) or frappe.request.path
	except (frappe.ValidationError, SignInError, frappe.PermissionError) as refusal:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_messages()
		once.forget()
		return strip_html(str(refusal)) or _("This cannot be done now; please call the store.")
	except Exception:
		once.forget()
		raise
	frappe.clear_messages()
	if isinstance(target, Response):
		return target
	once.end(target)
	return redirect(target, 303)


def _carried_out(action: routes.Action, viewer, form: Form, names: dict) -> Response | str | None:
	"""What the action's function returns, at the second try where two waited for each other: the database takes everything back then, the savepoint as well."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		return action.carry_out(viewer, form, **names)
	except frappe.QueryDeadlockError:
		frappe.db.rollback()
		frappe.clear_messages()
		form.rewind()
		frappe.db.savepoint(SAVEPOINT)
		return action.carry_out(viewer, form, **names)


def _own_names(viewer, kinds, path_names: dict[str, str], form: Form) -> dict[str, str | None]:
	"""Every name that the page or action asks for, proven to be the viewer's; what is no document passes as it is."""
	proven = {}
	for argument, doctype in kinds.items():
		given = path_names.get(argument) or form.text(argument)
		proven[argument] = own.require(viewer, doctype, given) if given else None
	free = {argument: value for argument, value in path_names.items() if argument not in kinds}
	return {**proven, **free}


def _comes_from_here() -> bool:
	"""A form of another site is not ours, whatever cookies come with it."""
	origin = frappe.request.headers.get("Origin")
	return not origin or urlsplit(origin).netloc == frappe.request.host


def _context(viewer, form: Form | None, problem: str | None) -> dict:
	return {
		"viewer": viewer,
		"language": frame.language(),
		"path": frappe.request.path,
		"csrf": get_csrf_token() if viewer else "",
		"once": (form.text("once") if problem else "") or frappe.generate_hash(length=32),
		"problem": problem,
		"typed": form if problem else Form({}, {}),
		"said": frame.said(viewer) if viewer else None,
		"tab": "",
	}


def _to_sign_in() -> Response:
	here = frappe.request.path
	return redirect(SIGN_IN if here.strip("/") == routes.ROOT else f"{SIGN_IN}?to={quote(here)}", 303)


def _problem_page(viewer, status: int, title: str, sentence: str) -> Response:
	return _html(frame.draw("problem.html", {**_context(viewer, None, None), "title": title, "sentence": sentence}), status)


def _html(text: str, status: int) -> Response:
	return Response(text, status, content_type="text/html; charset=utf-8")
