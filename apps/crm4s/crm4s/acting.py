"""Work done with the rights of somebody else, within a request or a job of our own."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def acting_as(user: str) -> Iterator[None]:
	"""The block runs as `user`; afterwards, also after an error, whoever ran before runs again in the same session.

	Frappe's change of user empties the session in place, and keeps it so at the end of the request: the person would be signed out.
	"""
	session, form = dict(frappe.session), frappe.local.form_dict
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(session["user"])
		frappe.session.update(session)
		frappe.local.form_dict = form
