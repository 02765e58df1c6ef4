"""Who is rated reads no single answer about himself or herself: only averages of enough of them (least_answers_shown), which reports show.

Whoever entered a response has heard the answers anyway and may open it.
"""

import frappe

PEOPLE = ("service_advisor", "sales_consultant")
RESPONSE = "C4S Survey Response"


def is_about(response, user: str | None = None) -> bool:
	"""Whether the response rates this user, and somebody else entered it."""
	user = user or frappe.session.user
	if user == "Administrator":
		return False
	known = _stored(response)
	return known.get("owner") != user and user in [known.get(field) for field in PEOPLE]


def _stored(response):
	"""As it is in the database: what somebody sends along opens nothing. A new one is what it says."""
	name = response.get("name")
	return (name and frappe.db.get_value(RESPONSE, name, ["owner", *PEOPLE], as_dict=True)) or response


def without_own(condition: str, user: str | None = None) -> str:
	"""An SQL condition on responses, and that they do not rate the user."""
	user = user or frappe.session.user
	if user == "Administrator":
		return condition
	name, table = frappe.db.escape(user), f"`tab{RESPONSE}`"
	about = " or ".join(f"ifnull({table}.`{field}`, '') = {name}" for field in PEOPLE)
	own = f"(not ({about}) or {table}.`owner` = {name})"
	return f"({condition}) and {own}" if condition else own
