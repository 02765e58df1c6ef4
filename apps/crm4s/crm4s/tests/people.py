"""People for tests: users with roles who work for stores, and a block that runs as one of them.

FrappeTestCase.set_user does not exist in every Frappe 15 that we run on, hence `as_user`. What is made here is rolled back with the test's
other rows.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import frappe

DEALERSHIP = "C4S Dealership"


def make_user(roles: str | Iterable[str], stores: Iterable[str] = (), email: str | None = None) -> str:
	"""The name of a new System User with these roles; `stores` are the dealership nodes the user works for, the first by default.

	Roles may be given without their prefix: "Receptionist" stands for "C4S Receptionist".
	"""
	names = [full_role_name(role) for role in ([roles] if isinstance(roles, str) else roles)]
	email = email or f"{frappe.generate_hash(length=12)}@example.com"
	# With the framework's defaults: what the desk shows a user is among them.
	user = frappe.new_doc("User")
	user.update(
		{
			"name": email,
			"email": email,
			"username": email.split("@")[0],
			"first_name": (names or ["Nobody"])[0],
			"full_name": (names or ["Nobody"])[0],
			"user_type": "System User",
			"send_welcome_email": 0,
			# Without a picture Frappe asks gravatar.com for one.
			"user_image": "/assets/frappe/images/default-avatar.png",
			"language": "en",
		}
	)
	# As rows only: what Frappe does besides for each new user, a share, a contact and forgotten caches, took a quarter of all tests' time.
	user.db_insert()
	for position, role in enumerate(names, start=1):
		_row("Has Role", parent=email, parenttype="User", parentfield="roles", idx=position, role=role)
	_row("Notification Settings", name=email, user=email, enabled=1, enable_email_notifications=1)
	for position, store in enumerate(stores):
		assign(email, store, is_default=position == 0)
	return email


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


def _row(doctype: str, **values) -> None:
	frappe.get_doc({"doctype": doctype, **values}).db_insert()
