"""What a customer says to the store: written here, it becomes the contact or the complaint that a colleague would make of it."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime
from pypika.terms import Criterion

from crm4s.access.store_of_customer import store_of
from crm4s.complaints import open_for
from crm4s.interactions.actions import INBOUND, INTERACTION, OPEN
from crm4s.portal import own, uploads
from crm4s.portal.viewer import Viewer

COMPLAINT, REPORT, CATEGORY = "C4S Complaint", "C4S Manufacturer Report", "C4S Interaction Category"
PORTAL = "Portal"
LONGEST_WORDS, SHORTEST_WORDS, PER_HOUR = 4000, 2, 10
MOST_TOPICS = 100


@dataclass(frozen=True)
class Kind:
	"""What somebody may write.

	Attributes:
		of_contact: kinds of the categories that a contact is filed under, the usual one first; none for a complaint.
		sign: the icon beside it.
	"""

	of_contact: tuple[str, ...]
	sign: str


KINDS = {
	"enquiry": Kind(("Enquiry", "Appointment", "Other"), "bubble"),
	"complaint": Kind((), "scale"),
	"suggestion": Kind(("Suggestion", "Feedback"), "star"),
	"design": Kind(("Design Wish",), "car"),
	"safety": Kind(("Safety Concern",), "shield"),
}
TO_MANUFACTURER = ("design", "safety")


def labels() -> dict[str, tuple[str, str]]:
	"""Title and what it is for, by kind."""
	return {
		"enquiry": (_("A question"), _("About cars, prices, service, parts, your membership")),
		"complaint": (_("A complaint"), _("Something went wrong; you get a date for our answer")),
		"suggestion": (_("A suggestion or praise"), _("What we should do better, or what was good")),
		"design": (_("A wish for the next model"), _("We pass it on to the manufacturer and tell you the answer")),
		"safety": (_("A safety concern"), _("Something about the car worries you; we pass it on to the manufacturer")),
	}


@own.rule(INTERACTION)
def _contacts(viewer: Viewer, table) -> Criterion:
	"""Those written in the portal: of calls and letters colleagues keep notes in the same fields, and a letter may be a stranger's who typed this customer's number."""
	return own.of_customers(viewer, table) & (table.channel == PORTAL)


@own.rule(COMPLAINT)
def _complaints(viewer: Viewer, table) -> Criterion:
	"""Every complaint of the customer, however it was made."""
	return own.of_customers(viewer, table)


@own.rule(REPORT)
def _reports(viewer: Viewer, table) -> Criterion:
	"""Those that a word of the customer was joined to. They name no customer."""
	contact = frappe.qb.DocType(INTERACTION).as_("c4s_voice")
	return table.name.isin(frappe.qb.from_(contact).select(contact.manufacturer_report).where(own.condition(viewer, INTERACTION, contact) & contact.manufacturer_report.isnotnull()))


def own_store(viewer: Viewer, car: str | None = None) -> str | None:
	"""The store that is proposed: the car's, else the customer's."""
	return (car and frappe.db.get_value(own.VEHICLE, car, "dealership")) or store_of(viewer.customer)


def topics(kind: str) -> list[str]:
	"""Categories that the words may be filed under, as the store's website offers them; those of the kind's own first."""
	kinds = KINDS[kind].of_contact
	rows = frappe.get_all(
		CATEGORY, {"enabled": 1, "is_group": 0, "kind": ["in", kinds or [""]]}, ["name", "kind", "on_website"], order_by="sequence, name", limit=MOST_TOPICS
	)
	return [row.name for row in sorted(rows, key=lambda row: (not row.on_website, kinds.index(row.kind))) if row.on_website or len(kinds) == 1]


def write(viewer: Viewer, kind: str, words: str, store: str, car: str | None, topic: str | None, pictures: list[bytes], once: str) -> tuple[str, str]:
	"""Document type and name of what the words became: a complaint with its deadlines, or a contact that is routed.

	Args:
		once: what tells this form from every other one.
	"""
	_refuse_flood(viewer)
	if kind == "complaint":
		doctype, name = COMPLAINT, _complain(viewer, words, store, car, once)
	else:
		doctype, name = INTERACTION, _contact(viewer, words, store, car, topic or next(iter(topics(kind)), None), once)
	uploads.attach(doctype, name, pictures, name)
	return doctype, name


def checked_words(words: str) -> str:
	if len(words) < SHORTEST_WORDS:
		frappe.throw(_("Please write your message."))
	return words


def _complain(viewer: Viewer, words: str, store: str, car: str | None, once: str) -> str:
	return open_for(viewer.customer, dealership=store, description=words, source_key=f"portal|{once}", channel=PORTAL, vehicle=car)


def _contact(viewer: Viewer, words: str, store: str, car: str | None, topic: str | None, once: str) -> str:
	person = frappe.db.get_value("C4S Customer", viewer.customer, ["customer_name", "primary_phone", "email"], as_dict=True)
	contact = frappe.new_doc(INTERACTION)
	contact.update(
		{
			"channel": PORTAL, "direction": INBOUND, "status": OPEN, "received_on": now_datetime().replace(microsecond=0), "category": topic,
			"customer": viewer.customer, "vehicle": car, "contact_name": person.customer_name, "contact_phone": person.primary_phone,
			"contact_email": person.email, "said": words, "dealership": store, "source_key": f"portal:{once}",
		}
	)
	contact.flags.by_centre = True
	return contact.insert(ignore_permissions=True).name


def _refuse_flood(viewer: Viewer) -> None:
	lately = {"owner": viewer.user, "creation": [">", add_to_date(now_datetime(), hours=-1)]}
	if sum(frappe.db.count(doctype, lately) for doctype in (INTERACTION, COMPLAINT)) >= PER_HOUR:
		frappe.throw(_("You have written {0} times within an hour; please call the store.").format(PER_HOUR))
