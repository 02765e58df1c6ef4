"""The demo in a site: complete, once, and as the documents themselves would have written it."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils.password import check_password

from crm4s.demo import group, load
from crm4s.demo.generate import generate
from crm4s.demo.rental_rows import write_rentals
from crm4s.retention.winning import follow
from crm4s.tests.people import as_user

SCALE = 0.03
DOCTYPES = ("C4S Customer", "C4S Vehicle", "C4S Service Visit", "C4S Service Appointment", "C4S Repair Job", "C4S Dispatch Order", "C4S Insurance Policy", "C4S Insurance Claim", "C4S Lead", "C4S Showroom Visit", "C4S Test Drive", "C4S Deal", "C4S Used Car Appraisal", "C4S Reconditioning Job", "C4S Complaint", "C4S Survey Response", "C4S Retention Case", "C4S Care Task")
LOGS = (
	"C4S Store Relationship",
	"C4S Stock Movement",
	"C4S Odometer Reading",
	"C4S Service Item",
	"C4S Appointment Item",
	"C4S Dispatch Fee",
	"C4S Policy Coverage",
	"C4S Claim Loss",
	"C4S Claim Document",
	"C4S Work Interval",
	"C4S Quality Check",
	"C4S Lead Contact",
	"C4S Reception Queue Entry",
	"C4S Purchase Advice",
	"C4S Test Drive Rating",
	"C4S Booking",
	"C4S Resource",
	"C4S Deal Payment",
	"C4S Deal Service",
	"C4S Quotation Version",
	"C4S Survey Answer",
	"C4S Customer Phone",
	"C4S Vehicle Party",
	"C4S Maintenance Done",
	"C4S Retention Contact",
	"C4S Consent",
	"C4S Membership",
	"C4S Points Entry",
	"C4S Segment Member",
	"C4S Campaign",
	"C4S Campaign Member",
)
RENTAL = "C4S Car Rental"
PASSWORD = "demo-Passwort-27"


class InOneTransaction(FrappeTestCase):
	"""Whatever a test loads is rolled back after it."""

	def setUp(self):
		self.stack = ExitStack()
		self.stack.enter_context(patch.object(frappe.db, "commit"))
		self.stack.enter_context(patch.object(load, "PEOPLE_FILE", "demo_people_test.json"))
		# Whatever demo this site has already is none of ours.
		frappe.db.delete("DefaultValue", load.KEPT_AS)
		self.before = self.counts()

	def tearDown(self):
		self.stack.close()
		frappe.db.rollback()
		frappe.clear_cache()
		Path(frappe.get_site_path("demo_people_test.json")).unlink(missing_ok=True)

	def counts(self) -> dict[str, int]:
		return {doctype: frappe.db.count(doctype) for doctype in (*DOCTYPES, *LOGS, RENTAL)}

	def added(self) -> dict[str, int]:
		now = self.counts()
		return {doctype: now[doctype] - count for doctype, count in self.before.items()}


class TestLoad(InOneTransaction):
	def setUp(self):
		super().setUp()
		if frappe.db.exists("C4S Customer", {"external_key": ["like", "demo:%"]}):
			self.tearDown()
			self.skipTest("This site holds the demo already")

	def test_a_load_is_complete_and_a_second_one_adds_nothing(self):
		load.load_demo(PASSWORD, scale=SCALE)
		once = self.added()
		self.assertEqual([], [doctype for doctype, count in once.items() if not count and doctype != RENTAL])
		self.check_counts(once)
		load.load_demo("another-Passwort-27", scale=SCALE)
		self.assertEqual(once, self.added())
		self.check_people()
		self.check_documents_would_write_the_same(DOCTYPES)
		self.check_rentals()
		self.check_nothing_is_sent()
		self.check_cases()
		self.check_isolation()

	def test_a_load_that_was_killed_goes_on(self):
		stages = dict(load.STAGES)

		def killed(demo):
			raise KeyboardInterrupt

		with patch.dict(load.STAGES, {"visits": ("", killed)}), self.assertRaises(KeyboardInterrupt):
			load.load_demo(PASSWORD, scale=SCALE)
		self.assertEqual(0, self.added()["C4S Service Visit"])
		seen = []
		with patch.dict(load.STAGES, stages):
			load.load_demo(PASSWORD, seen.append, scale=1)
		self.check_counts(self.added())
		self.assertFalse([text for text in seen if "customers" in text])

	def check_counts(self, added: dict[str, int]):
		state = load.state()
		demo = generate(datetime.fromisoformat(state["now"]), SCALE)
		expected = {
			"C4S Customer": demo.people.customers,
			"C4S Customer Phone": demo.people.phones,
			"C4S Store Relationship": demo.ties,
			"C4S Vehicle": demo.vehicles.cars,
			"C4S Vehicle Party": demo.vehicles.parties,
			"C4S Stock Movement": demo.vehicles.movements,
			"C4S Service Visit": demo.visits.visits,
			"C4S Service Item": demo.visits.items,
			"C4S Maintenance Done": demo.visits.done,
			"C4S Lead": demo.leads.leads,
			"C4S Lead Contact": demo.leads.contacts,
			"C4S Test Drive": demo.drives.drives,
			"C4S Test Drive Rating": demo.drives.ratings,
			"C4S Booking": [*demo.drives.bookings.index, *demo.workshop.bookings.index, *demo.appointments.bookings.index, *demo.dispatch.orders.query("status in ('Dispatched', 'On the Way', 'On Site')").index],
			"C4S Resource": [*demo.drives.cars.index, *demo.workshop.resources, *demo.dispatch.teams],
			"C4S Service Appointment": demo.appointments.appointments,
			"C4S Appointment Item": demo.appointments.items,
			"C4S Dispatch Order": demo.dispatch.orders,
			"C4S Dispatch Fee": demo.dispatch.fees,
			"C4S Insurance Policy": demo.insurance.policies,
			"C4S Policy Coverage": demo.insurance.coverages,
			"C4S Insurance Claim": demo.insurance.claims,
			"C4S Claim Loss": demo.insurance.losses,
			"C4S Claim Document": demo.insurance.documents,
			"C4S Repair Job": demo.workshop.jobs,
			"C4S Work Interval": demo.workshop.intervals,
			"C4S Quality Check": demo.workshop.checks,
			"C4S Deal": demo.deals.deals,
			"C4S Deal Payment": demo.deals.rows["payments"],
			"C4S Deal Service": demo.deals.services,
			"C4S Quotation Version": demo.deals.versions,
			"C4S Showroom Visit": demo.showroom.visits,
			"C4S Reception Queue Entry": demo.showroom.line,
			"C4S Purchase Advice": demo.showroom.advices,
			"C4S Used Car Appraisal": demo.used_cars.appraisals,
			"C4S Reconditioning Job": demo.used_cars.jobs,
			"C4S Complaint": demo.voice.complaints,
			"C4S Survey Response": demo.voice.responses,
			"C4S Survey Answer": demo.voice.answers,
		}
		counts = {doctype: len(frame) for doctype, frame in expected.items()}
		# A published audit is a response, too, and both keep the answers.
		audits = frappe.get_all("C4S Store Audit", {"dealership": ["in", group.OUTLETS]}, ["name", "response"])
		counts["C4S Survey Response"] += sum(bool(audit.response) for audit in audits)
		parents = [name for audit in audits for name in audit.values() if name]
		counts["C4S Survey Answer"] += frappe.db.count("C4S Survey Answer", {"parent": ["in", parents]})
		# A low score of the last days opened one.
		counts["C4S Complaint"] += frappe.db.count("C4S Survey Response", {"opened_complaint": ["is", "set"]})
		self.assertEqual(
			counts,
			{doctype: added[doctype] for doctype in expected},
		)

	def check_people(self):
		people = frappe.parse_json(Path(frappe.get_site_path("demo_people_test.json")).read_text())
		self.assertEqual(15, len(people))
		for person in people:
			self.assertEqual({"title", "user"}, set(person))
			self.assertEqual(person["user"], check_password(person["user"], "another-Passwort-27"))
		roles = frappe.get_all("Has Role", {"parent": "sales1.yt1@demo.example", "parenttype": "User"}, pluck="role")
		self.assertEqual(["C4S Sales Consultant"], roles)
		self.assertEqual("zh", frappe.db.get_value("User", "sales1.yt1@demo.example", "language"))

	def check_rentals(self):
		"""Of a store with two courtesy cars, which none has at this scale."""
		taken = frappe.get_all("C4S Resource", {"vehicle": ["is", "set"]}, pluck="vehicle")
		for vehicle in frappe.get_all("C4S Vehicle", {"external_key": ["like", "demo:%"], "name": ["not in", taken]}, pluck="name", limit=2):
			frappe.get_doc(
				{"doctype": "C4S Resource", "kind": "Courtesy Car", "resource_name": vehicle, "dealership": "QL-YT1", "vehicle": vehicle, "stays_out_overnight": 1}
			).insert()
		write_rentals(datetime.fromisoformat(load.state()["now"]))
		states = set(frappe.get_all(RENTAL, {"rental_kind": "Paid Rental"}, pluck="status"))
		self.assertEqual({"Brought Back", "Cancelled", "Handed Out", "Planned"}, states)
		self.check_documents_would_write_the_same((RENTAL,))

	def check_documents_would_write_the_same(self, doctypes):
		"""A document that is validated as it stands does not change."""
		changes = {}
		added = {doctype: frappe.db.count(doctype) - self.before[doctype] for doctype in doctypes}
		for doctype in doctypes:
			# What this site had before has lower numbers.
			ours = frappe.get_all(doctype, pluck="name", order_by="name desc", limit_page_length=added[doctype])[::-1]
			for name in ours[:400:7]:
				document = frappe.get_doc(doctype, name)
				before = _values(document)
				document.load_doc_before_save()
				if doctype == "C4S Lead":
					document.next_contact_on = None
				document.validate()
				after = _values(document)
				changes |= {
					f"{doctype} {name} {field}": (value, after[field])
					for field, value in before.items()
					if value != after[field]
				}
		self.assertEqual({}, changes)

	def check_nothing_is_sent(self):
		"""No channel to the world is switched on, and what stands as sent was written so."""
		self.assertEqual({"Desk Task"}, set(frappe.get_all("C4S Message Channel", {"enabled": 1}, pluck="channel_kind")))

	def check_cases(self):
		"""The visits of the demo say the same as its cases."""
		won = frappe.get_all("C4S Retention Case", {"status": "Won Back"}, pluck="name")
		self.assertTrue(won)
		self.assertEqual([], [name for name in won if follow(name)])

	def check_isolation(self):
		everybody = frappe.db.count("C4S Customer")
		with as_user("sales1.yt1@demo.example"):
			seen = frappe.get_list("C4S Lead", fields=["dealership"], limit_page_length=0)
			self.assertEqual({"QL-YT1"}, {lead.dealership for lead in seen})
			customers = len(frappe.get_list("C4S Customer", limit_page_length=0))
		self.assertTrue(0 < customers < everybody)
		with as_user("group@demo.example"):
			self.assertEqual(
				{"QL-YT1", "QL-LJ1"},
				{lead.dealership for lead in frappe.get_list("C4S Lead", fields=["dealership"], limit_page_length=0)},
			)


def _values(document) -> dict:
	"""Everything stored of a document and its rows, with nothing and empty alike."""
	values = {}
	for field in document.meta.get_valid_columns():
		values[field] = _plain(document.get(field))
	for table in document.meta.get_table_fields():
		for row in document.get(table.fieldname):
			columns = frappe.get_meta(table.options).get_valid_columns()
			values |= {f"{table.fieldname}.{row.idx}.{field}": _plain(row.get(field)) for field in columns}
	for field in ("modified", "modified_by"):
		values.pop(field, None)
	return values


def _plain(value):
	return str(round(float(value), 6) if isinstance(value, (int, float)) else value) if value else None
