import io

import frappe
import openpyxl
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import make_deal
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import hours_ago, make_service_visit
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.papers import api, finder
from crm4s.papers.kinds import KINDS
from crm4s.tests.end_to_end.one_of_each import make_one_of_each
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries
from crm4s.workshop.tests.factories import make_dispatched

PHONE, PLATE, VIN = "13800138091", "沪A9K317", "LTVBA42E1S0905317"


class FinderTestCase(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		self.addCleanup(frappe.set_user, "Administrator")
		self.store, self.other = make_store("FIND-1"), make_store("FIND-2")
		make_bay(self.store)
		self.customer = make_customer(PHONE, self.store, customer_name="上官婉清").name
		self.vehicle = make_vehicle(vin=VIN, plate_number=PLATE, current_owner=self.customer).name
		self.user = make_user("Dealer Manager", [self.store])

	def visit(self, **values):
		of = {"dealership": self.store, "customer": self.customer, "vehicle": self.vehicle}
		return make_service_visit(**{**of, **values})

	def find(self, text: str = "", user: str | None = None, **asked) -> list[str]:
		with as_user(user or self.user):
			return [row["name"] for row in api.find(text, **asked)["rows"]]


class TestWhatFinds(FinderTestCase):
	def test_a_car_is_found_by_plate_vin_and_its_end_in_every_kind(self):
		visit, appointment = self.visit(), make_appointment(self.store, customer=self.customer, vehicle=self.vehicle)
		complaint = make_complaint(dealership=self.store, customer=self.customer, vehicle=self.vehicle)
		expected = {visit.name, appointment.name, complaint.name}
		for text in (PLATE, "沪a·9k317", "A9K317", "沪A9K3", VIN, VIN.lower(), "905317"):
			self.assertEqual(expected, set(self.find(text)), text)
		self.assertEqual([], self.find("沪A9K318"))

	def test_a_repair_job_is_found_with_its_visit(self):
		visit = self.visit(invoice_number="FP20260042")
		job = make_dispatched(visit)
		for text in (PLATE, VIN, PHONE, "FP20260042"):
			self.assertEqual({visit.name, job.name}, set(self.find(text)), text)
		with as_user(self.user):
			row = next(row for row in api.find(PLATE)["rows"] if row["name"] == job.name)
		self.assertEqual(("上官婉清", "138****8091", VIN), (row["person"], row["masked_phone"], row["vin"]))

	def test_a_person_is_found_by_phone_and_name_with_a_file_or_without(self):
		visit, lead = self.visit(), make_lead(lead_name="上官明", phone="13800138092", dealership=self.store)
		known = make_lead(lead_name="婉清", phone=PHONE, dealership=self.store, customer=self.customer)
		self.assertEqual({visit.name, known.name}, set(self.find("138 0013 8091")))
		self.assertEqual([lead.name], self.find("13800138092"))
		self.assertEqual({visit.name, known.name, lead.name}, set(self.find("上官")))

	def test_a_document_is_found_by_its_own_number_and_that_of_other_systems(self):
		visit = self.visit(invoice_number="FP20260043", external_key="DMS/77-1")
		deal = make_deal(dealership=self.store, external_key="77-1")
		digits = str(int(visit.name.removeprefix("SV-")))
		for text in (visit.name, visit.name.lower(), f"SV{digits}", "FP20260043", "DMS/77-1"):
			self.assertEqual([visit.name], self.find(text), text)
		self.assertIn(visit.name, self.find(f"0{digits}"))
		self.assertEqual([deal.name], self.find("77-1"))

	def test_too_little_finds_nothing(self):
		self.visit()
		for text in ("沪", "沪A", "%", "_"):
			with as_user(self.user):
				answer = api.find(text)
			self.assertEqual(([], True), (answer["rows"], answer["too_little"]), text)
		with as_user(self.user):
			self.assertEqual([False, False], [api.find(text)["too_little"] for text in ("", "沪A0000")])


class TestWhatNarrows(FinderTestCase):
	def test_days_are_inclusive(self):
		yesterday, today = self.visit(arrived_on=add_days(hours_ago(0), -1)), self.visit(arrived_on=hours_ago(0))
		day = str(getdate(yesterday.arrived_on))
		self.assertEqual([yesterday.name], self.find(PLATE, from_day=day, to_day=day))
		self.assertEqual([today.name, yesterday.name], self.find(PLATE, from_day=day))
		self.assertEqual([today.name], self.find(PLATE, from_day=nowdate()))

	def test_kind_and_store(self):
		visit = self.visit()
		complaint = make_complaint(dealership=self.store, customer=self.customer, vehicle=self.vehicle)
		self.assertEqual([complaint.name], self.find(PLATE, kind="C4S Complaint"))
		self.assertEqual({visit.name, complaint.name}, set(self.find(PLATE, dealership=self.store)))
		self.assertEqual([], self.find(PLATE, dealership=self.other))

	def test_without_a_text_it_is_what_is_recent(self):
		recent, old = self.visit(), self.visit(arrived_on=add_days(hours_ago(0), -finder.DAYS_WITHOUT_TEXT - 2))
		with as_user(self.user):
			answer = api.find()
		names = [row["name"] for row in answer["rows"]]
		self.assertIn(recent.name, names)
		self.assertNotIn(old.name, names)
		self.assertEqual(getdate(add_days(nowdate(), -finder.DAYS_WITHOUT_TEXT)), answer["from_day"])
		self.assertIn(old.name, self.find(from_day=str(getdate(old.arrived_on)), to_day=str(getdate(old.arrived_on))))

	def test_pages_follow_one_another_without_gap_or_repetition(self):
		moment = hours_ago(3)
		expected = {self.visit(arrived_on=moment).name for _number in range(5)} | {self.visit(arrived_on=hours_ago(4)).name}
		expected.add(make_complaint(dealership=self.store, customer=self.customer, vehicle=self.vehicle, received_on=moment).name)
		self.addCleanup(setattr, api, "PAGE", api.PAGE)
		api.PAGE = 3
		seen, behind = [], {}
		for _page in range(4):
			with as_user(self.user):
				answer = api.find(PLATE, **behind)
			seen += [row["name"] for row in answer["rows"]]
			if not answer["more"]:
				break
			behind = {"after_day": answer["more"]["day"], "after_name": answer["more"]["name"]}
		self.assertIsNone(answer["more"])
		self.assertEqual((len(expected), expected), (len(seen), set(seen)))


class TestWhoFinds(FinderTestCase):
	def test_another_store_finds_nothing_by_no_way(self):
		visit = self.visit(invoice_number="FP20260044")
		make_lead(lead_name="上官明", phone="13800138092", dealership=self.store)
		stranger = make_user("Dealer Manager", [self.other])
		for text in (PLATE, VIN, "905317", PHONE, "13800138092", "上官", visit.name, "FP20260044", ""):
			self.assertEqual([], self.find(text, user=stranger), text)
		self.assertEqual([], self.find(user=make_user("Dealer Manager")))

	def test_a_store_that_shares_dealings_is_found(self):
		visit = self.visit()
		make_lead(dealership=self.other, customer=None)
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": self.customer, "dealership": self.other}).insert()
		stranger = make_user("Dealer Manager", [self.other])
		self.assertEqual([], self.find(PLATE, user=stranger))
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		change_settings(stores_share_dealings=1)
		self.assertEqual([visit.name], self.find(PLATE, user=stranger))

	def test_kinds_that_somebody_may_not_read_are_left_out(self):
		visit = self.visit()
		lead = make_lead(lead_name="婉清", phone=PHONE, dealership=self.store, customer=self.customer)
		technician, consultant = make_user("Technician", [self.store]), make_user("Sales Consultant", [self.store])
		self.assertEqual([visit.name], self.find(PLATE, user=technician))
		self.assertEqual([], self.find(lead.name, user=technician))
		self.assertEqual([lead.name], self.find(PHONE, user=consultant, kind="C4S Lead"))
		with as_user(make_user([], [self.store])), self.assertRaises(frappe.PermissionError):
			api.find(PLATE)

	def test_phones_are_masked_and_names_only_where_the_file_may_be_seen(self):
		self.visit()
		with as_user(self.user):
			row = api.find(PHONE)["rows"][0]
		self.assertEqual(("上官婉清", "138****8091", PLATE), (row["person"], row["masked_phone"], row["plate"]))
		with as_user(make_user("Technician", [self.store])):
			row = api.find(PLATE)["rows"][0]
		self.assertEqual((None, None, PLATE), (row["person"], row["masked_phone"], row["plate"]))


class TestExport(FinderTestCase):
	def exported(self, user: str, **asked) -> list[tuple]:
		with as_user(user):
			api.export(**asked)
		self.addCleanup(frappe.local.response.clear)
		return list(openpyxl.load_workbook(io.BytesIO(frappe.local.response.filecontent)).active.values)

	def test_the_file_holds_what_is_found_and_the_log_who_took_it(self):
		visit = self.visit(concern="=1+1")
		make_appointment(self.store, customer=self.customer, vehicle=self.vehicle, planned_from=at(14))
		before = frappe.db.count("Access Log", {"user": self.user})
		rows = self.exported(self.user, text=PLATE)
		self.assertEqual(("Day", "Kind", "Number"), rows[0][:3])
		row = next(row for row in rows if row[2] == visit.name)
		self.assertEqual(("Service Visit", "Open", "上官婉清", "138****8091", PLATE), (row[1], *row[3:7]))
		self.assertEqual("'=1+1", row[10])
		self.assertNotIn(PHONE, str(rows))
		self.assertEqual(before + 1, frappe.db.count("Access Log", {"user": self.user}))

	def test_kinds_that_somebody_may_not_export_stay_out(self):
		visit = self.visit()
		workshop = make_user("Workshop Manager", [self.store])
		make_appointment(self.store, customer=self.customer, vehicle=self.vehicle)
		self.assertIn(visit.name, self.find(PLATE, user=workshop))
		job = make_dispatched(visit)
		self.assertEqual({job.name}, {row[2] for row in self.exported(workshop, text=PLATE)[1:]})
		with as_user(make_user("Receptionist", [self.store])), self.assertRaises(frappe.PermissionError):
			api.export(PLATE)


class TestKinds(FinderTestCase):
	def test_every_kind_names_fields_that_exist_and_have_an_index(self):
		for kind in KINDS:
			meta = frappe.get_meta(kind.doctype)
			searched = (*kind.vehicle, *kind.customer, *kind.plate, *kind.vin, *kind.phone, *kind.called, *kind.number, *(kind.follows or ())[:1])
			for field in (*searched, kind.day, kind.store, kind.status, kind.person, kind.masked_phone, kind.about):
				self.assertTrue(not field or field == "creation" or meta.has_field(field), f"{kind.doctype}.{field}")
			first = {row.Column_name for row in frappe.db.sql(f"show index from `tab{kind.doctype}` where Seq_in_index = 1", as_dict=True)}
			self.assertLessEqual(set(searched), first, kind.doctype)
			days = {row.Column_name for row in frappe.db.sql(f"show index from `tab{kind.doctype}` where Seq_in_index <= 2", as_dict=True)}
			self.assertIn(kind.day, days, kind.doctype)

	def test_days_are_asked_for_so_that_their_index_answers(self):
		with as_user(self.user), counted_queries() as sent:
			api.find(from_day=nowdate())
		sent = " ".join(sent)
		for kind in KINDS:
			day = f"`tab{kind.doctype}`.`{kind.day}`"
			self.assertIn(f"{day} >= ", sent)
			self.assertNotIn(f"({day}", sent)

	def test_more_documents_cost_no_more_queries(self):
		self.visit()
		self.find(PLATE)
		with counted_queries() as few:
			self.find(PLATE)
		for _number in range(5):
			self.visit()
		with counted_queries() as many:
			self.find(PLATE)
		self.assertEqual(len(few), len(many))


class TestEveryKind(FrappeTestCase):
	def test_each_is_found_by_its_number_in_its_store_and_in_no_other(self):
		self.addCleanup(frappe.db.rollback)
		self.addCleanup(frappe.set_user, "Administrator")
		# Without hours, as everything is made at whatever time of the day this runs.
		store, other = (make_dealership(code).name for code in ("FIND-1", "FIND-2"))
		made = make_one_of_each(store)
		insider, stranger = (make_user("Dealer Manager", [name]) for name in (store, other))
		for kind in KINDS:
			name = made[kind.doctype]
			for user, expected in ((insider, [name]), (stranger, [])):
				with as_user(user):
					self.assertEqual(expected, [row["name"] for row in api.find(name)["rows"]], kind.doctype)
