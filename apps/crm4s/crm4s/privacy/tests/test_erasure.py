import json
from pathlib import Path
from unittest.mock import patch

import frappe
import pandas as pd
from frappe.model.naming import set_new_name
from frappe.tests.utils import FrappeTestCase

from crm4s.change_feed.noting import CHANGE, ERASED
from crm4s.crm4s.doctype.c4s_care_task.test_c4s_care_task import make_task
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_legal_hold.c4s_legal_hold import release
from crm4s.crm4s.doctype.c4s_legal_hold.test_c4s_legal_hold import make_hold
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.intake.customers import take_in_customers
from crm4s.messages import suppression
from crm4s.portal import accounts, requests
from crm4s.privacy import afterwards, attached, audit, erasure, papers_of_many, person, traces
from crm4s.privacy.belongings import documents_of
from crm4s.tests.end_to_end.one_of_each import make_one_of_each
from crm4s.tests.people import make_user

test_ignore = ["User"]
CUSTOMER, REQUEST = "C4S Customer", "C4S Data Request"
NAME, MAIL, IDENTITY, WECHAT = "欧阳慕容雪", "ouyang.murong@example.com", "110101199003071938", "murongxue_90"
PHONE = "13800138019"


def erase(customer: str) -> str:
	"""The case, carried out at once."""
	case = requests.ask_erasure(customer, "请删除", requests.Came("Phone", identity_checked="回拨"))
	erasure.begin(case, person.person_of(customer))
	erasure.run(case)
	return case


def end_dealings(customer: str) -> None:
	"""What is under way is over, as far as its status says."""
	ended = {"C4S Deal": "Delivered", "C4S Service Visit": "Settled", "C4S Complaint": "Closed", "C4S Insurance Claim": "Paid Out", "C4S Dispatch Order": "Solved"}
	for doctype, names in documents_of(customer).items():
		if doctype in afterwards.UNDER_WAY:
			frappe.db.set_value(doctype, {"name": ["in", names]}, "status", ended.get(doctype, "Cancelled"))


def name_everywhere(names: dict[str, str]) -> None:
	"""The person's words in every text field of the own documents, and where the framework and we log."""
	customer = names[CUSTOMER]
	file = frappe.get_doc(CUSTOMER, customer)
	file.update({"customer_name": NAME, "email": MAIL, "wechat": WECHAT, "identity_document_type": "Resident Identity Card", "identity_number": IDENTITY})
	file.save()
	said = f"{NAME} {PHONE} {MAIL} {IDENTITY}"
	for doctype, own in documents_of(customer).items():
		for field in frappe.get_meta(doctype).fields:
			if field.fieldtype in ("Small Text", "Text", "Long Text", "Code") and field.fieldname not in ("lots", "taken_from", "channels", "tried_channels"):
				frappe.db.set_value(doctype, {"name": ["in", own]}, field.fieldname, said, update_modified=False)
		for name in own[:1]:
			_hang_on(doctype, name, said)
	_log_elsewhere(customer, said)


def _hang_on(doctype: str, name: str, said: str) -> None:
	reference = {"reference_doctype": doctype, "reference_name": name}
	rows = (
		{"doctype": "Comment", "comment_type": "Comment", "content": said, **reference},
		{"doctype": "Communication", "subject": said[:100], "content": said, "sender": MAIL, "communication_type": "Communication", **reference},
		{"doctype": "Version", "ref_doctype": doctype, "docname": name, "data": json.dumps({"changed": [["a", said, ""]]})},
		{"doctype": "ToDo", "description": said, "reference_type": doctype, "reference_name": name, "allocated_to": "Administrator"},
		{"doctype": "Notification Log", "subject": said, "document_type": doctype, "document_name": name, "for_user": "Administrator"},
		{"doctype": "Deleted Document", "deleted_doctype": doctype, "deleted_name": name, "data": json.dumps({"said": said})},
		{"doctype": "Email Queue", "message": f"To: {MAIL}\n\n{said}", "status": "Sent", "sender": "a@example.com", **reference},
	)
	for row in rows:
		_insert(row)
	frappe.get_doc({"doctype": "File", "file_name": f"{name}.txt", "content": said + name, "is_private": 1, "attached_to_doctype": doctype, "attached_to_name": name}).insert()


def _insert(row: dict):
	"""As a row: what the framework does besides for a letter or a notice is not what is tried here."""
	document = frappe.get_doc(row)
	set_new_name(document)
	document.db_insert()
	return document


def _log_elsewhere(customer: str, said: str) -> None:
	frappe.log_error(title="Refused", message=f"{said} 138 0013 8019 +8613800138019")
	audit.note(audit.REVEALED, CUSTOMER, customer, reason=said, criteria=json.dumps({"name": said}))
	audit.note(audit.EXPORTED, CUSTOMER, criteria=json.dumps({"name": NAME}, ensure_ascii=False))
	for row in (
		{"doctype": "C4S DMS Waiting Record", "entity": "Lead", "external_id": "W-1", "body": json.dumps({"phone": PHONE, "name": NAME})},
		{"doctype": "C4S Quarantined Lead", "reason": "x", "payload": json.dumps({"tel": PHONE, "name": NAME})},
		{"doctype": "C4S DMS Request", "answer": said, "method": "POST"},
	):
		_insert(row)
	sheet = _insert({"doctype": "C4S Spreadsheet Import", "kind": "Customers", "status": "Finished"})
	frappe.get_doc({"doctype": "File", "file_name": "kunden.csv", "content": said, "is_private": 1, "attached_to_doctype": sheet.doctype, "attached_to_name": sheet.name}).insert()


class TestErasure(FrappeTestCase):
	"""A customer with one document of each type, and the person's words wherever words can stand."""

	def setUp(self):
		self.names = make_one_of_each("ERASE-1")
		self.customer = self.names[CUSTOMER]
		accounts.open_for(self.customer)
		self.lead = make_lead(customer=self.customer, dealership="ERASE-1", lead_name=NAME, phone="13800138777").name

	def tearDown(self):
		frappe.set_user("Administrator")
		for name in frappe.get_all("File", {"creation": [">=", frappe.utils.add_to_date(None, minutes=-5)], "is_folder": 0}, pluck="name"):
			path = Path(frappe.get_doc("File", name).get_full_path())
			path.unlink(missing_ok=True)
		frappe.db.rollback()

	def test_nothing_of_the_person_is_left_in_any_table_or_file(self):
		name_everywhere(self.names)
		end_dealings(self.customer)
		meant = person.person_of(self.customer)
		self.assertGreater(len(erasure.left(meant)), 20)
		case = erase(self.customer)
		words = person.writings(meant)
		for table in traces.tables():
			self.assertEqual([], traces.find([*words, NAME], only=[table]), table)
		files = Path(frappe.get_site_path("private", "files"))
		self.assertEqual([], [path.name for path in files.rglob("*") if papers_of_many.names_one(path, [*words, NAME])])
		self.assertEqual(("Done", None), frappe.db.get_value(REQUEST, case, ["status", "known_as"]))

	def test_ledgers_and_statutory_documents_stay_without_the_person(self):
		end_dealings(self.customer)
		kept = ("C4S Service Visit", "C4S Deal", "C4S Points Entry", "C4S Insurance Policy", "C4S Complaint")
		totals = frappe.db.get_value("C4S Service Visit", self.names["C4S Service Visit"], ["customer_amount", "vehicle", "odometer"])
		erase(self.customer)
		for doctype in kept:
			self.assertEqual(self.customer, frappe.db.get_value(doctype, self.names[doctype], "customer"), doctype)
		self.assertEqual(totals, frappe.db.get_value("C4S Service Visit", self.names["C4S Service Visit"], ["customer_amount", "vehicle", "odometer"]))
		self.assertEqual(100, frappe.db.get_value("C4S Points Entry", self.names["C4S Points Entry"], "points"))

	def test_a_dry_run_says_what_would_happen_and_does_nothing(self):
		before = erasure.preview(person.person_of(self.customer))
		fates = {row["document_type"]: (row["count"], row["fate"]) for row in before["rows"]}
		self.assertEqual((1, "Removed"), fates["C4S Portal Account"])
		self.assertEqual("Kept Without the Person", fates["C4S Service Visit"][1])
		self.assertIn("C4S Service Appointment", before["under_way"])
		self.assertEqual(PHONE[-8:], frappe.db.get_value(CUSTOMER, self.customer, "primary_phone")[-8:])
		self.assertEqual(before, erasure.preview(person.person_of(self.customer)))

	def test_a_hold_on_person_car_or_document_forbids_it(self):
		end_dealings(self.customer)
		for held in ({"customer": self.customer}, {"vehicle": self.names["C4S Vehicle"]}, {"document_type": "C4S Complaint", "document": self.names["C4S Complaint"]}):
			hold = make_hold(**held)
			with self.subTest(**held), self.assertRaisesRegex(frappe.ValidationError, f"Legal hold {hold.name} forbids to erase this: "):
				erasure.require_free(person.person_of(self.customer))
			release(hold.name)
		erasure.require_free(person.person_of(self.customer))

	def test_a_killed_job_goes_on_where_it_stopped(self):
		name_everywhere(self.names)
		end_dealings(self.customer)
		meant = person.person_of(self.customer)
		case = requests.ask_erasure(self.customer)
		erasure.begin(case, meant)
		steps = erasure.STEPS
		for number in (0, 2, 4, len(steps) - 1):
			with patch.object(erasure, "STEPS", (*steps[:number], _die)), self.assertRaises(ConnectionError):
				erasure.run(case)
			self.assertEqual("Under Way", frappe.db.get_value(REQUEST, case, "status"))
		erasure.run(case)
		self.assertEqual("Done", frappe.db.get_value(REQUEST, case, "status"))
		self.assertEqual([], erasure.left(meant))


class TestAfterwards(FrappeTestCase):
	"""A customer with an account, a lead and a task."""

	def setUp(self):
		self.store = make_dealership("ERASE-1").name
		self.customer = make_customer(PHONE, store=self.store).name
		accounts.open_for(self.customer)
		self.lead = make_lead(customer=self.customer, dealership=self.store, lead_name=NAME, phone="13800138777").name
		make_task(dealership=self.store, customer=self.customer)

	def tearDown(self):
		frappe.db.rollback()

	def test_the_file_is_closed_for_ever_and_the_portal_with_it(self):
		user = frappe.db.get_value("C4S Portal Account", {"customer": self.customer}, "user")
		erase(self.customer)
		self.assertFalse(frappe.db.exists("User", user) or frappe.db.exists("C4S Portal Account", {"customer": self.customer}))
		self.assertIsNone(accounts.customer_of(PHONE))
		file = frappe.get_doc(CUSTOMER, self.customer)
		self.assertEqual(1, file.disabled)
		with self.assertRaisesRegex(frappe.ValidationError, "was erased on request"):
			file.update({"customer_name": NAME}).save()

	def test_the_log_says_who_erased_whom_and_nothing_of_what_was_said(self):
		officer = make_user("Group Manager", [self.store])
		audit.note(audit.REVEALED, CUSTOMER, self.customer, user=officer, reason="给欧阳小姐上牌")
		audit.note(audit.READ, "C4S Lead", self.lead, user=officer, reason="欧阳小姐的")
		case = requests.ask_erasure(self.customer)
		frappe.db.set_value(REQUEST, case, "decided_by", officer)
		erasure.begin(case, person.person_of(self.customer))
		erasure.run(case)
		rows = frappe.get_all(audit.ACCESS_LOG, {"document": ["in", [self.customer, self.lead]], "user": officer}, ["action", "reason", "customer"], order_by="action")
		self.assertEqual([("Erased", case, self.customer), ("Read", None, None), ("Revealed", None, self.customer)], [(row.action, row.reason, row.customer) for row in rows])

	def test_connected_systems_hear_of_it(self):
		erase(self.customer)
		noted = {row.document_type: row for row in frappe.get_all(CHANGE, {"document": ["in", [self.customer, self.lead]]}, ["document_type", "action", "left_stores"], order_by="name")}
		self.assertEqual((ERASED, "ERASE-1"), (noted[CUSTOMER].action, noted[CUSTOMER].left_stores))
		self.assertEqual("Updated", noted["C4S Lead"].action)

	def test_another_system_does_not_bring_the_person_back(self):
		frappe.db.set_value(CUSTOMER, self.customer, "external_key", "DMS-4711")
		erase(self.customer)
		[result] = take_in_customers(pd.DataFrame([{"external_key": "DMS-4711", "customer_name": NAME}]), commit=False).results
		self.assertIn("was erased on request", result.message)
		self.assertEqual(0, frappe.db.count(CUSTOMER, {"customer_name": NAME}))

	def test_work_that_has_nobody_any_more_ends(self):
		erase(self.customer)
		self.assertEqual("Lost", frappe.db.get_value("C4S Lead", self.lead, "status"))
		self.assertEqual(0, frappe.db.count("C4S Care Task", {"customer": self.customer, "status": ["in", ["Open", "Message"]]}))

	def test_what_is_under_way_is_ended_first(self):
		make_appointment("ERASE-1", customer=self.customer)
		with self.assertRaisesRegex(frappe.ValidationError, "End what is under way with this person first: "):
			erasure.begin("DR-1", person.person_of(self.customer))

	def test_a_wish_for_no_messages_stays_as_a_digest(self):
		suppression.suppress(PHONE, "SMS", "By Hand", NAME)
		erase(self.customer)
		row = frappe.get_last_doc("C4S Suppressed Address")
		self.assertEqual((None, None), (row.masked_address, row.remark))
		self.assertEqual({("SMS", "+86" + PHONE)}, suppression.suppressed([("SMS", "+86" + PHONE)]))


class TestHanging(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_what_would_be_taken_away_is_counted_whole(self):
		lead = make_lead(dealership=make_dealership("ERASE-1").name).name
		rows = [
			{"doctype": held, type_field: "C4S Lead", name_field: lead}
			for held, type_field, name_field in attached.HANGING
			if held != "File" and frappe.db.table_exists(held)
		]
		before = attached.count("C4S Lead", [lead])
		for row in rows:
			_insert(row)
		counted = attached.count("C4S Lead", [lead])
		self.assertEqual({row["doctype"]: before.get(row["doctype"], 0) + 1 for row in rows}, {held: counted[held] for held in sorted(counted, key=[row["doctype"] for row in rows].index)})
		attached.remove("C4S Lead", [lead])
		self.assertEqual({}, attached.count("C4S Lead", [lead]))


class TestHousehold(FrappeTestCase):
	"""Two people with one car and one number: only the one who asks goes."""

	def setUp(self):
		self.wife, self.husband = (make_customer(customer_name=name).name for name in ("慕容晓晓", "司马长风"))
		for name in (self.wife, self.husband):
			file = frappe.get_doc(CUSTOMER, name)
			file.append("phones", {"phone": "02165529988", "kind": "Home", "is_shared": 1})
			file.save()
		self.car = make_vehicle(plate_number="沪A12345")
		self.car.append("parties", {"party_role": "Owner", "customer": self.husband, "valid_from": "2024-01-01"})
		self.car.append("parties", {"party_role": "Driver", "customer": self.wife, "valid_from": "2024-01-01"})
		self.car.save()

	def tearDown(self):
		frappe.db.rollback()

	def test_the_other_keeps_file_number_and_car(self):
		before = frappe.get_doc(CUSTOMER, self.husband).as_dict()
		said = frappe.get_doc({"doctype": "Comment", "comment_type": "Comment", "reference_doctype": CUSTOMER, "reference_name": self.husband, "content": "家里电话 021 6552 9988"}).insert()
		erase(self.wife)
		after = frappe.get_doc(CUSTOMER, self.husband).as_dict()
		self.assertEqual([row.phone for row in before.phones], [row.phone for row in after.phones])
		self.assertEqual(before.customer_name, after.customer_name)
		self.assertEqual("家里电话 021 6552 9988", frappe.db.get_value("Comment", said.name, "content"))
		self.assertEqual("沪A12345", frappe.db.get_value("C4S Vehicle", self.car.name, "plate_number"))

	def test_the_plate_goes_with_the_last_of_them(self):
		erase(self.wife)
		erase(self.husband)
		car = frappe.db.get_value("C4S Vehicle", self.car.name, ["plate_number", "vin", "vehicle_title"], as_dict=True)
		self.assertEqual((None, self.car.vin), (car.plate_number, car.vin))
		self.assertNotIn("沪A12345", car.vehicle_title)

	def test_a_number_within_a_longer_one_is_another(self):
		own = "13800138555"
		wife = frappe.get_doc(CUSTOMER, self.wife)
		wife.append("phones", {"phone": own, "kind": "Mobile"})
		wife.save()
		note = frappe.get_doc({"doctype": "Comment", "comment_type": "Comment", "reference_doctype": CUSTOMER, "reference_name": self.husband, "content": f"单号9{own}7，电话{own}"}).insert()
		case = erase(self.wife)
		self.assertEqual(f"单号9{own}7，电话[{case}]", frappe.db.get_value("Comment", note.name, "content"))


class TestWithoutFile(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_somebody_who_only_asked_is_erased_by_the_number(self):
		lead = make_lead(lead_name="上官婉儿", phone="13800138666")
		meant = person.person_without_file("138 0013 8666")
		case = requests.ask_without_file("Erasure", meant.phones[0], meant.as_text(), "", requests.Came("Phone", identity_checked="回拨"))
		erasure.begin(case, meant)
		erasure.run(case)
		row = frappe.db.get_value("C4S Lead", lead.name, ["lead_name", "phone", "status"])
		self.assertEqual((f"[{case}]", None, "Lost"), row)
		self.assertEqual([], erasure.left(meant))


def _die(_erasure) -> None:
	raise ConnectionError("killed")
