"""Writes the small tables of the demo group as documents: nodes, catalogue, users. What is there already stays as it is."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import frappe
from frappe.utils.password import update_password

from crm4s.demo.group import Person

NAMED_BY = {
	"C4S Dealership": "dealership_code",
	"C4S Brand": "brand_name",
	"C4S Competitor": "competitor_name",
	"C4S Vehicle Model": "model_code",
	"C4S Vehicle Option": "option_code",
	"C4S Part": "part_number",
	"C4S Finance Offer": "offer_name",
}
# Without a picture Frappe asks gravatar.com for one.
PICTURE = "/assets/frappe/images/default-avatar.png"

MODULE_PROFILE = "CRM4S Staff"


def insert_missing(documents: Iterable[Mapping]) -> None:
	for values in documents:
		if not frappe.db.exists(values["doctype"], values[NAMED_BY[values["doctype"]]]):
			frappe.get_doc(dict(values)).insert(ignore_permissions=True)


def make_users(staff: Iterable[Person]) -> None:
	"""A user each with the role and the permission on the node where he or she works."""
	with _quietly():
		for person in staff:
			if not frappe.db.exists("User", person.user):
				_make_user(person)
			permission = {"user": person.user, "allow": "C4S Dealership", "for_value": person.node}
			if not frappe.db.exists("User Permission", permission):
				frappe.get_doc({"doctype": "User Permission", "is_default": 1, **permission}).insert(
					ignore_permissions=True
				)


def set_passwords(staff: Iterable[Person], password: str) -> None:
	for person in staff:
		update_password(person.user, password)


def _make_user(person: Person) -> None:
	# With the framework's defaults, which it leaves out while importing: what the desk shows a user is among them.
	user = frappe.new_doc("User")
	user.update(
		{
			"email": person.user,
			"first_name": person.name,
			"full_name": person.name,
			"language": "zh",
			"user_type": "System User",
			"send_welcome_email": 0,
			"user_image": PICTURE,
			"roles": [{"role": person.role}],
			**_desk_of(person.role),
		}
	)
	# User.validate empties all caches of the site, at a second a user; what else it does is given above.
	user.flags.ignore_validate = user.flags.ignore_password_policy = user.flags.no_welcome_mail = True
	user.set_social_login_userid("frappe", frappe.generate_hash(length=39))
	user.insert(ignore_permissions=True)
	# Frappe makes the first user of a site System Manager, who would see everything.
	frappe.db.delete("Has Role", {"parent": person.user, "role": ["!=", person.role]})
	frappe.clear_cache(user=person.user)


def _desk_of(role: str) -> dict:
	"""Staff see the workspaces of their jobs; who administers sees the framework's as well."""
	if role == "C4S Administrator":
		return {}
	hidden = frappe.get_all(
		"Block Module", filters={"parent": MODULE_PROFILE, "parenttype": "Module Profile"}, fields=["module"], order_by="idx"
	)
	return {"module_profile": MODULE_PROFILE, "block_modules": hidden}


@contextmanager
def _quietly() -> Iterator[None]:
	"""No e-mail, and more than the 60 users that Frappe lets be made in an hour."""
	before = frappe.flags.mute_emails, frappe.flags.in_import
	frappe.flags.mute_emails = frappe.flags.in_import = True
	try:
		yield
	finally:
		frappe.flags.mute_emails, frappe.flags.in_import = before
