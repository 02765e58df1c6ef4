"""Owner clubs: joining and leaving, what members write for each other, once the store has looked at it."""

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from crm4s.access.store_of_customer import store_of
from crm4s.portal import asking, files, frame, own, uploads
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer
from crm4s.segments import club_posts, clubs
from crm4s.segments.club_posts import POST, PUBLISHED, REFUSED, WAITING
from crm4s.segments.clubs import CLUB, MEMBER

PATH = "my/club"
FIELDS = ("club", "customer", "shown_name", "text", "status", "reason", "decided_on", "creation")
MOST_POSTS, MOST_WAITING, LONGEST_POST, LONGEST_NAME, MOST_PHOTOS = 50, 10, 1000, 20, 1


@own.rule(CLUB)
def _clubs(viewer: Viewer, table):
	"""Clubs in which the viewer is today."""
	return table.name.isin(_clubs_of(viewer))


@own.rule(POST)
def _posts(viewer: Viewer, table):
	"""Published ones of the viewer's clubs, and the own ones whatever became of them. Who left a club reads nothing of it any more."""
	return table.club.isin(_clubs_of(viewer)) & ((table.status == PUBLISHED) | (table.customer == viewer.customer))


@page(PATH, "club.html", club=CLUB)
def show(viewer: Viewer, context, club: str | None):
	"""The clubs, or one of them with its posts."""
	if not club:
		context.update(tab="home", title=_("Owner Clubs"), club=None, mine=_joined(viewer), open=_may_join(viewer))
		return
	shown = frappe.db.get_value(CLUB, club, ["name", "club_name", "benefits", "active"], as_dict=True)
	context.update(tab="home", title=shown.club_name, club=shown, posts=_shown_posts(viewer, club), names=_name_forms(viewer), longest=LONGEST_POST)


@action(PATH, "join")
def join(viewer: Viewer, form):
	"""
	Raises:
		frappe.ValidationError: no such club, or it is for owners of another car.
	"""
	chosen = form.one_of("join", {row.name for row in _may_join(viewer)}, _("Owner Club"))
	clubs.validate_may_join(chosen, viewer.customer)
	_enter(chosen, viewer.customer)
	frame.say(viewer, _("Welcome to the club."))
	return f"/{PATH}?club={chosen}"


@action(PATH, "leave", club=CLUB)
def leave(viewer: Viewer, form, club: str | None):
	member = _membership(viewer, _needed(club))
	document = frappe.get_doc(MEMBER, member, for_update=True)
	document.until = max(getdate(nowdate()), getdate(document.since))
	document.save(ignore_permissions=True)
	frame.say(viewer, _("Today is your last day in the club."))
	return f"/{PATH}"


@action(PATH, "write", club=CLUB)
def write(viewer: Viewer, form, club: str | None):
	"""
	Raises:
		frappe.ValidationError: no text, no name chosen, a photo that cannot be read, too many that wait.
	"""
	club = _needed(club)
	text, shown_name = form.must("text", _("Text"), LONGEST_POST), _chosen_name(viewer, form)
	pictures = uploads.read_pictures(form.files, "photo", MOST_PHOTOS)
	if frappe.db.count(POST, {"customer": viewer.customer, "status": WAITING}) >= MOST_WAITING:
		frappe.throw(_("{0} posts of yours wait for review; please wait until they are published.").format(MOST_WAITING))
	values = {"club": club, "customer": viewer.customer, "shown_name": shown_name, "text": text}
	post = frappe.get_doc({"doctype": POST, **values}).insert(ignore_permissions=True)
	for address in uploads.attach(POST, post.name, pictures, "club"):
		post.photo = address
		post.save_facts()
	_tell_moderator(post, lambda language: _("{0} wrote in the club {1}; please look at it.", language))
	frame.say(viewer, _("Thank you. The others read it once the store has looked at it."))
	return f"/{PATH}?club={club}"


@action(PATH, "report", post=POST)
def report(viewer: Viewer, form, post: str | None):
	document = frappe.get_doc(POST, _needed(post))
	if club_posts.report(document.name, viewer.customer):
		_tell_moderator(document, lambda language: _("A member reported the post of {0} in the club {1}; please look at it.", language))
	frame.say(viewer, _("Thank you. The store looks at this post."))
	return f"/{PATH}?club={document.club}"


@action(PATH, "delete", post=POST)
def delete(viewer: Viewer, form, post: str | None):
	"""Only the author does."""
	document = frappe.get_doc(POST, _needed(post), for_update=True)
	if document.customer != viewer.customer:
		raise own.NotYoursError
	document.delete(ignore_permissions=True)
	frame.say(viewer, _("Your post is deleted."))
	return f"/{PATH}?club={document.club}"


def _needed(name: str | None) -> str:
	if not name:
		raise own.NotYoursError
	return name


def _clubs_of(viewer: Viewer) -> list[str]:
	member = frappe.qb.DocType(MEMBER)
	found = (
		frappe.qb.from_(member)
		.select(member.club)
		.where((member.customer == viewer.customer) & (member.until.isnull() | (member.until >= nowdate())))
		.run(pluck=True)
	)
	return found or [own.NOBODY]


def _joined(viewer: Viewer) -> list[dict]:
	found = own.rows(viewer, CLUB, "club_name", "benefits", order_by="club_name")
	return [{"path": f"/{PATH}?club={row.name}", "title": row.club_name, "text": row.benefits or "", "mark": ""} for row in found]


def _may_join(viewer: Viewer) -> list:
	"""Active clubs of the viewer's stores and of the group for which the viewer has the car, without those in which he or she is."""
	inside = set(_clubs_of(viewer))
	rows = frappe.get_all(CLUB, {"active": 1}, ["name", "club_name", "benefits", "brand", "model", "dealership"], order_by="club_name", limit=clubs.MOST_SHOWN)
	nodes = _nodes_above(viewer)
	cars = frappe.get_all("C4S Vehicle", {"current_owner": viewer.customer, "status": ["in", clubs.WITH_CUSTOMER]}, ["brand", "model"])
	return [
		row
		for row in rows
		if row.name not in inside
		and (not row.dealership or row.dealership in nodes)
		and (not (row.brand or row.model) or any((not row.brand or car.brand == row.brand) and (not row.model or car.model == row.model) for car in cars))
	]


def _nodes_above(viewer: Viewer) -> set[str]:
	"""The viewer's stores and the regions above them."""
	known, node, above = (frappe.qb.DocType(name) for name in ("C4S Store Relationship", asking.STORE, asking.STORE))
	node, above = node.as_("node"), above.as_("above")
	return set(
		frappe.qb.from_(known)
		.join(node)
		.on(node.name == known.dealership)
		.join(above)
		.on((above.lft <= node.lft) & (above.rgt >= node.rgt))
		.select(above.name)
		.distinct()
		.where(known.customer == viewer.customer)
		.run(pluck=True)
	)


def _shown_posts(viewer: Viewer, club: str) -> list:
	found = own.rows(viewer, POST, *FIELDS, where=lambda table: table.club == club, order_by="creation", newest_first=True, limit=MOST_POSTS)
	photos = files.of_documents(viewer, POST, [row.name for row in found])
	for row in found:
		row.update(photos=photos.get(row.name, []), is_mine=row.customer == viewer.customer)
		row.state = {WAITING: _("The store looks at it"), REFUSED: _("Not published")}.get(row.status, "")
	return found


def _name_forms(viewer: Viewer) -> list[tuple[str, str]]:
	"""How the author may be shown: the family name with stars, which tells nobody who it is, or a name of the own choice."""
	return [("hidden", _hidden_name(viewer)), ("own", _("a name of my choice"))]


def _hidden_name(viewer: Viewer) -> str:
	"""王**: the first sign of the name only."""
	name = (viewer.customer_name or "").strip()
	return f"{name[:1]}**"


def _chosen_name(viewer: Viewer, form) -> str:
	if form.one_of("name_form", ("hidden", "own"), _("Shown As")) == "hidden":
		return _hidden_name(viewer)
	return form.must("shown_name", _("Your name in the club"), LONGEST_NAME)


def _membership(viewer: Viewer, club: str) -> str:
	return frappe.db.get_value(MEMBER, {"club": club, "customer": viewer.customer})


def _enter(club: str, customer: str) -> None:
	"""As `clubs.join`, with the system's rights: that the viewer joins for himself was proven."""
	known = frappe.db.get_value(MEMBER, {"club": club, "customer": customer})
	member = frappe.get_doc(MEMBER, known, for_update=True) if known else frappe.get_doc({"doctype": MEMBER, "club": club, "customer": customer})
	member.update({"since": nowdate(), "until": None})
	member.save(ignore_permissions=True)


def _tell_moderator(post, sentence) -> None:
	club = frappe.db.get_value(CLUB, post.club, ["club_name", "moderator", "dealership"], as_dict=True)
	store = club.dealership or store_of(post.customer)
	if club.moderator or store:
		asking.tell(store, sentence, [post.shown_name, club.club_name], POST, post.name, club.moderator)
