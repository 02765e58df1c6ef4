"""People for tests: users with roles who work for stores, and a block that runs as one of them.

FrappeTestCase.set_user does not exist in every Frappe 15 that we run on, hence `as_user`. What is made here is rolled back with the test's
other rows.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.model.document import Document

DEALERSHIP = "C4S Dealership"


def make_user(roles: str | Iterable[str], stores: Iterable[str] = (), email: str | None = None) -> str:
	"""The name of a new System User with these roles; `stores` are the dealership nodes the user works for, the first by default.

	Roles may be given without their prefix: "Receptionist" stands for "C4S Receptionist".
	"""
	names = [full_role_name(role) for role in ([roles] if isinstance(roles, str) else roles)]
	email = email or f"{frappe.generate_hash(length=12)}@example.com"
	# With the framework's defaults, which it leaves out while importing: what the desk shows a user is among them.
	user = frappe.new_doc("User")
	user.update(
		{
			"email": email,
			# Else Frappe derives one from the first name and looks for a free number.
			"username": email.split("@")[0],
			"first_name": (names or ["Nobody"])[0],
			"user_type": "System User",
			"send_welcome_email": 0,
			# Without a picture Frappe asks gravatar.com for one.
			"user_image": "/assets/frappe/images/default-avatar.png",
			"language": "en",
			"roles": [{"role": role} for role in names],
		}
	)
	with _cheaply():
		user.insert(ignore_permissions=True)
	_drop_roles_beside(names, user)
	for position, store in enumerate(stores):
		assign(user.name, store, is_default=position == 0)
	return user.name


def assign(user: str, store: str, is_default: bool = False) -> None:
	"""Let `user` work for a node of the dealership tree and all below it."""
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": DEALERSHIP, "for_value": store, "is_default": int(is_default)}
	).insert(ignore_permissions=True)


@contextmanager
def as_user(user: str) -> Iterator[None]:
	"""The block runs as `user`; afterwards whoever ran before runs again, also after an error."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def full_role_name(name: str) -> str:
	"""The role "C4S …" for a name without prefix, or a role of the framework by its own name."""
	return name if name.startswith("C4S ") or name in ("System Manager", "Desk User", "All", "Guest") else f"C4S {name}"


@contextmanager
def _cheaply() -> Iterator[None]:
	"""Frappe lets 60 users be made in an hour, and a test run makes more; and with every user it counts those whose e-mail
	password is missing and forgets everything it has cached on the site, which takes four times as long as the rest."""
	before, frappe.flags.in_import = frappe.flags.in_import, True
	try:
		with patch("frappe.core.doctype.user.user.ask_pass_update"):
			yield
	finally:
		frappe.flags.in_import = before


def _drop_roles_beside(roles: list[str], user: Document) -> None:
	"""Frappe makes the first user of a site System Manager, who would see everything."""
	if {row.role for row in user.roles} - set(roles):
		frappe.db.delete("Has Role", {"parent": user.name, "role": ["not in", roles or [""]]})
		frappe.clear_cache(user=user.name)
