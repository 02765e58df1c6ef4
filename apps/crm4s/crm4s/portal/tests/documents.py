"""One document of each kind that a page of the portal names, all of one customer."""

import io

import frappe
from frappe.utils import add_to_date, now_datetime
from PIL import Image
from pypdf import PdfWriter

from crm4s import pictures
from crm4s.crm4s.doctype.c4s_club_post.test_c4s_club_post import make_post
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_test_drive.test_c4s_test_drive import make_test_drive
from crm4s.portal import accounts, people, requests
from crm4s.portal.viewer import FAMILY
from crm4s.portal.voices import COMPLAINT, INTERACTION, PORTAL, REPORT
from crm4s.tests.end_to_end import one_of_each


def make_one_of_each() -> dict[str, str]:
	"""Names by document type; what the desk's tests make of each, and what only the portal shows. Not committed."""
	names = one_of_each.make_one_of_each("PORTAL-EACH")
	names[REPORT] = make_report(names["C4S Vehicle Model"])
	frappe.db.set_value(INTERACTION, names[INTERACTION], {"channel": PORTAL, "manufacturer_report": names[REPORT]})
	frappe.db.set_value("C4S Message", names["C4S Message"], {"status": "Sent", "channel_kind": "SMS", "sent_text": "您的爱车该保养了"})
	names["File"] = make_file(COMPLAINT, names[COMPLAINT], accounts.open_for(names["C4S Customer"]).user)
	names["C4S Data Request"] = requests.ask_erasure(names["C4S Customer"])
	names["C4S Portal Access"] = people.let_in(people.Grant(names["C4S Customer"], FAMILY, None), accounts.open_for(make_customer().name).name, "TEST")
	names.update(_buying(names))
	return names


def make_report(model: str, **values) -> str:
	"""A report to the manufacturer; fields that only its steps write as given."""
	said = {"kind": "Design Wish", "model": model, "title": "后备箱开口再大一些", "description": "后备箱开口再大一些"}
	report = frappe.get_doc({"doctype": REPORT, **said}).insert()
	if values:
		frappe.db.set_value(REPORT, report.name, values)
	return report.name


def make_file(doctype: str, name: str, owner: str) -> str:
	"""A photo attached to a document as by this user."""
	file = pictures.keep(doctype, name, a_picture(), name)
	file.db_set("owner", owner)
	return file.name


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **how) -> bytes:
	written = io.BytesIO()
	Image.new("RGB", size, "red").save(written, kind, **how)
	return written.getvalue()


def a_paper() -> bytes:
	"""A PDF of one empty page: current Frappe reads what is stored."""
	written, writer = io.BytesIO(), PdfWriter()
	writer.add_blank_page(100, 100)
	writer.write(written)
	return written.getvalue()


def _buying(names: dict[str, str]) -> dict[str, str]:
	"""A drive with the customer's own file, and the club with what the customer wrote there."""
	store, customer = names["C4S Dealership"], names["C4S Customer"]
	the_day_after = add_to_date(now_datetime(), days=2)
	drive = make_test_drive(store, customer=customer, resource=names["C4S Resource"], planned_from=the_day_after, planned_to=add_to_date(the_day_after, minutes=40))
	club = frappe.db.get_value("C4S Owner Club Member", names["C4S Owner Club Member"], "club")
	return {"C4S Test Drive": drive.name, "C4S Owner Club": club, "C4S Club Post": make_post(club, customer).name}
