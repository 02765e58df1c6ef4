"""The one writer of the log of who had to do with whose data.

Opening a person's file is noted once an hour for each user, so that the log says who looked without growing with every click.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.access.own_store import own_store
from crm4s.privacy.belongings import chunks
from crm4s.settings import setting

ACCESS_LOG, CUSTOMER = "C4S Access Log", "C4S Customer"
READ, CHANGED, EXPORTED, REVEALED, ERASED = "Read", "Changed", "Exported", "Revealed", "Erased"
MERGED, UNDONE = "Merged", "Undone"
# Files of people: of these the opening is noted.
FILES = (CUSTOMER, "C4S Lead")
ONE_DOCUMENT = re.compile(r"/api/(?:resource|v\d+/document)/([^/]+)/([^/]+)/?$")
BATCH = 5000


def note(
	action: str, doctype: str, document: str | None = None, *, customer: str | None = None, user: str | None = None, once_an_hour: bool = False, **details
) -> None:
	"""One row of the log.

	Args:
		action: one of the constants above.
		customer: whose data; of a customer's own file it is the document.
		user: who did it, where a job carries it out later; else the current user.
		once_an_hour: the same action on the same document counts once for this hour.
		details: `field_label`, `row_count`, `reason`, `criteria` (a JSON text with personal data only masked).
	"""
	user, now = user or frappe.session.user, now_datetime()
	key = f"{action}|{user}|{doctype}|{document}|{now:%Y%m%d%H}"[:140] if once_an_hour else None
	if key and frappe.db.exists(ACCESS_LOG, {"once_key": key}):
		return
	row = {
		"name": frappe.generate_hash(length=16),
		**{"owner": user, "modified_by": user, "creation": now, "modified": now, "docstatus": 0, "idx": 0},
		**{"action": action, "user": user, "dealership": own_store(user), "happened_on": now, "document_type": doctype, "document": document},
		**{"customer": customer or (document if doctype == CUSTOMER else None), "once_key": key, **details},
	}
	table = frappe.qb.DocType(ACCESS_LOG)
	# Of two at once the second finds the key taken and writes nothing.
	frappe.qb.into(table).columns(*row).insert(*row.values()).ignore().run()


def file_opened(document, _event: str | None = None) -> None:
	"""The desk opened the form of a person's file."""
	if document.is_new() or frappe.session.user in ("Administrator", "Guest"):
		return
	note(READ, document.doctype, document.name, customer=document.get("customer"), once_an_hour=True)
	# Forms are opened by GET, which keeps nothing unless told to.
	frappe.local.flags.commit = True


def file_changed(document, _event: str | None = None) -> None:
	"""Somebody changed a person's file; what in it stands in the version."""
	if document.get_doc_before_save():
		note(CHANGED, document.doctype, document.name, customer=document.get("customer"), once_an_hour=True)


def file_deleted(document, _event: str | None = None) -> None:
	note(ERASED, document.doctype, document.name, customer=document.get("customer"))


def forget(documents: Mapping[str, Sequence[str]]) -> None:
	"""Take what was said of an erased person out of the rows about these documents: that somebody did something, and when, stays."""
	for doctype, names in documents.items():
		for some in chunks(names):
			frappe.db.set_value(ACCESS_LOG, {"document_type": doctype, "document": ["in", some]}, {"reason": None, "criteria": None}, update_modified=False)
			if doctype == CUSTOMER:
				frappe.db.set_value(ACCESS_LOG, {"customer": ["in", some]}, {"reason": None, "criteria": None}, update_modified=False)


def note_rest_reading(response=None, request=None) -> None:
	"""After each request: a person's file that was read over REST is noted like one that was opened."""
	if not response or response.status_code != 200 or request.method not in ("GET", "POST") or not frappe.db:
		return
	doctype, name = _read_by(request)
	if doctype in FILES and name and frappe.session.user not in ("Administrator", "Guest"):
		customer = None if doctype == CUSTOMER else frappe.db.get_value(doctype, name, "customer")
		note(READ, doctype, name, customer=customer, once_an_hour=True)
		frappe.db.commit()


def _read_by(request) -> tuple[str | None, str | None]:
	found = ONE_DOCUMENT.search(request.path)
	if found and request.method == "GET":
		return unquote(found[1]), unquote(found[2])
	if request.path.endswith("/frappe.client.get") or frappe.form_dict.get("cmd") == "frappe.client.get":
		return frappe.form_dict.get("doctype"), frappe.form_dict.get("name")
	return None, None


def remove_old() -> None:
	"""Rows go after as many months as the group keeps them; 0 keeps them for ever. Safe to kill and to run twice."""
	while names := names_of_old():
		frappe.db.delete(ACCESS_LOG, {"name": ["in", names]})
		frappe.db.commit()


def names_of_old() -> list[str]:
	"""Some of the rows whose time is over."""
	months = setting("access_log_months")
	if not months:
		return []
	before = add_to_date(now_datetime(), months=-months)
	return frappe.get_all(ACCESS_LOG, {"happened_on": ["<", before]}, pluck="name", limit=BATCH, order_by=None, ignore_ifnull=True)
