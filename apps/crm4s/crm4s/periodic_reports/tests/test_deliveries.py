"""Ten-day reports from the end of a period to the mail server."""

import io
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from socket import socket
from unittest.mock import patch

import frappe
from aiosmtpd.controller import Controller
from frappe.tests.utils import FrappeTestCase
from openpyxl import load_workbook

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_periodic_report.test_c4s_periodic_report import make_report
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.periodic_reports import api
from crm4s.periodic_reports.deliveries import DELIVERY, due_periods, follow_mail, send_one, send_period
from crm4s.periodic_reports.jobs import send_again, send_due
from crm4s.periodic_reports.sheets import SHEETS, tables_of
from crm4s.periodic_reports.workbook import FORMATS, Table, workbook
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
ACCOUNT, QUEUE, PERIOD = "C4S Periodic Test", "Email Queue", "2001-05-1"


class Letters:
	"""What the server got."""

	def __init__(self):
		self.letters = []

	async def handle_DATA(self, server, session, envelope):
		self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
		return "250 OK"


def refuse_of(user: str):
	"""A deadlock on the row of this user."""

	def validate(delivery):
		if delivery.recipient == user:
			raise frappe.QueryDeadlockError

	return validate


class TestDeliveries(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.region = make_dealership("PERIODIC-REGION", node_kind="Region").name
		cls.one, cls.two = (make_dealership(code, parent=cls.region).name for code in ("PERIODIC-1", "PERIODIC-2"))
		cls.elsewhere = make_dealership("PERIODIC-3").name
		customer, vehicle = make_customer().name, make_vehicle().name
		for store, amount in ((cls.one, 300), (cls.two, 700)):
			make_service_visit(
				dealership=store, customer=customer, vehicle=vehicle, arrived_on="2001-05-02 08:00:00", settled_on="2001-05-02 10:00:00", status="Settled", items=[item(unit_price=amount)]
			)
		cls.manager, cls.second = make_user("Dealer Manager", [cls.one]), make_user("Dealer Manager", [cls.two])
		cls.regional = make_user("Dealer Manager", [cls.region])
		frappe.db.set_value("User", cls.second, "language", "zh")
		cls.account()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def setUp(self):
		frappe.db.savepoint("before_test")
		frappe.local.outgoing_email_account = {}

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_test")

	@classmethod
	def account(cls):
		values = {"email_account_name": ACCOUNT, "email_id": "crm@example.com", "enable_outgoing": 1, "default_outgoing": 1}
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		frappe.get_doc({"doctype": "Email Account", **values, "no_smtp_authentication": 1, "smtp_server": "127.0.0.1", "smtp_port": "25"}).insert()

	def deliveries(self, report) -> list[tuple]:
		rows = frappe.get_all(DELIVERY, {"periodic_report": report.name}, ["dealership", "period", "recipient", "status"], order_by="dealership, recipient")
		return [tuple(row.values()) for row in rows]

	def letters(self, report) -> list[str]:
		names = frappe.get_all(DELIVERY, {"periodic_report": report.name}, pluck="name")
		return frappe.get_all(QUEUE, {"reference_doctype": DELIVERY, "reference_name": ["in", names or [""]]}, pluck="name")

	def book(self, report, dealership, user, day="2001-05-04"):
		with as_user(user):
			api.download(report.name, day, dealership)
		return load_workbook(io.BytesIO(frappe.local.response.filecontent))

	def figure(self, book, name: str) -> list:
		return next([cell.value for cell in row[2:7]] for row in book.worksheets[0].iter_rows() if row[0].value == name)

	def test_each_store_s_people_get_their_own_workbook_once(self):
		report = make_report(dealership=self.region, for_each_store=1, recipients=[{"recipient_role": "C4S Dealer Manager"}])
		expected = [(store, PERIOD, user, "Handed to the Mail") for store, users in ((self.one, [self.manager, self.regional]), (self.two, [self.second, self.regional])) for user in sorted(users)]
		self.assertEqual(4, send_period(report.name, PERIOD))
		self.assertEqual(expected, self.deliveries(report))
		self.assertEqual(0, send_period(report.name, PERIOD))
		self.assertEqual(4, len(self.letters(report)))

	def test_by_the_clock_a_period_is_sent_when_its_hour_has_come_and_never_again(self):
		report = make_report(dealership=self.one, send_from_hour=7, active_from="2001-05-05", recipients=[{"user": self.manager}])
		moments = [("2001-05-10 23:50:00", 0), ("2001-05-11 06:59:00", 0), ("2001-05-11 07:01:00", 1), ("2001-05-11 08:01:00", 0), ("2001-05-20 12:00:00", 0), ("2001-05-21 07:00:00", 1)]
		for moment, count in moments:
			with self.subTest(moment), stopped_at(datetime.fromisoformat(moment)):
				frappe.db.set_value("C4S Periodic Report", {"name": ["!=", report.name]}, "enabled", 0)
				self.assertEqual(count, send_due())
		self.assertEqual(["2001-05-1", "2001-05-2"], sorted(row[1] for row in self.deliveries(report)))

	def test_a_missed_day_is_made_up_for_and_what_ended_before_the_report_began_is_not_sent(self):
		report = make_report(dealership=self.one, active_from="2001-05-11")
		self.assertEqual([], due_periods(report, datetime(2001, 5, 15, 3)))
		self.assertEqual(["2001-05-2"], due_periods(report, datetime(2001, 5, 25, 3)))

	def test_all_periods_that_were_missed_are_sent_oldest_first_but_not_those_of_a_year(self):
		report = make_report(dealership=self.one, send_from_hour=7, active_from="2001-01-01")
		self.assertEqual(["2001-04-3", "2001-05-1", "2001-05-2"], due_periods(report, datetime(2001, 5, 21, 7)))
		self.assertEqual(["2001-04-3", "2001-05-1"], due_periods(report, datetime(2001, 5, 21, 6)))
		report.last_period = "2001-04-3"
		self.assertEqual(["2001-05-1", "2001-05-2"], due_periods(report, datetime(2001, 5, 21, 7)))

	def test_a_period_without_a_mail_account_is_sent_once_there_is_one_though_the_next_is_over_too(self):
		report = make_report(dealership=self.one, active_from="2001-05-01", recipients=[{"user": self.manager}])
		for day, has_account, expected in (("2001-05-11", 0, []), ("2001-05-21", 1, ["2001-05-1", "2001-05-2"])):
			frappe.db.set_value("Email Account", ACCOUNT, "default_outgoing", has_account)
			self.send_due_at(report, f"{day} 09:00:00")
			self.assertEqual(expected, sorted(row[1] for row in self.deliveries(report)))
		self.assertEqual("2001-05-2", frappe.db.get_value("C4S Periodic Report", report.name, "last_period"))

	def send_due_at(self, report, moment: str) -> int:
		with stopped_at(datetime.fromisoformat(moment)):
			frappe.db.set_value("C4S Periodic Report", {"name": ["!=", report.name]}, "enabled", 0)
			return send_due()

	def refuse(self, report) -> None:
		"""As the queue does when the mail server answered none of its tries."""
		frappe.db.set_value(QUEUE, {"name": ["in", self.letters(report)]}, "status", "Error")

	def test_what_the_mail_server_did_not_take_is_mailed_in_the_next_hours_and_the_owner_hears_of_it(self):
		report = make_report(dealership=self.one, active_from="2001-05-05", recipients=[{"user": self.manager}])
		self.assertEqual(1, self.send_due_at(report, "2001-05-11 07:00:00"))
		self.refuse(report)
		self.send_due_at(report, "2001-05-11 08:00:00")
		self.assertEqual("Not Mailed", self.deliveries(report)[0][3])
		notices = {"document_type": "C4S Periodic Report", "document_name": report.name}
		self.assertEqual([report.owner], frappe.get_all("Notification Log", notices, pluck="for_user"))
		self.assertEqual(1, self.send_due_at(report, "2001-05-11 09:00:00"))
		self.assertEqual(("Handed to the Mail", 2), (self.deliveries(report)[0][3], len(self.letters(report))))
		for hour in (10, 11, 12, 14, 20):
			self.refuse(report)
			self.send_due_at(report, f"2001-05-12 {hour}:00:00")
			self.send_due_at(report, f"2001-05-13 {hour}:00:00")
		self.assertEqual((5, 1), (len(self.letters(report)), frappe.db.count("Notification Log", {**notices, "creation": [">", "2001-05-12"]})))
		self.refuse(report)
		api.send_now(report.name, "2001-05-04")
		self.assertEqual(("Handed to the Mail", 6), (self.deliveries(report)[0][3], len(self.letters(report))))

	def test_whoever_left_or_was_taken_off_the_list_gets_nothing_again(self):
		report = make_report(dealership=self.region, recipients=[{"user": self.manager}, {"user": self.second}])
		send_period(report.name, PERIOD)
		frappe.db.set_value("User", self.manager, "enabled", 0)
		report.reload()
		report.set("recipients", [row for row in report.recipients if row.user != self.second])
		report.save()
		for name in frappe.get_all(DELIVERY, {"periodic_report": report.name}, pluck="name"):
			self.assertRaises(frappe.ValidationError, api.send_again, name)
			self.assertIsNone(send_again(name))
		self.assertEqual(2, len(self.letters(report)))

	def test_whoever_unsubscribed_since_is_not_said_to_have_got_it_again(self):
		report = make_report(dealership=self.one, recipients=[{"user": self.manager}])
		send_period(report.name, PERIOD)
		frappe.get_doc({"doctype": "Email Unsubscribe", "email": self.manager, "global_unsubscribe": 1}).insert(ignore_permissions=True)
		api.send_again(frappe.get_all(DELIVERY, {"periodic_report": report.name}, pluck="name")[0])
		self.assertEqual(("Not Mailed", 1), (self.deliveries(report)[0][3], len(self.letters(report))))

	def test_one_that_cannot_even_be_noted_stops_nobody_else(self):
		report = make_report(dealership=self.region, recipients=[{"user": self.manager}, {"user": self.second}])
		with patch.object(frappe.get_doc({"doctype": DELIVERY}).__class__, "validate", refuse_of(self.manager), create=True):
			self.assertEqual(1, send_period(report.name, PERIOD))
		self.assertEqual([self.second], [row[2] for row in self.deliveries(report)])
		self.assertIsNone(frappe.db.get_value("C4S Periodic Report", report.name, "last_period"))
		self.assertEqual(1, send_period(report.name, PERIOD))

	def test_the_recipient_s_rights_decide_what_is_in_it(self):
		report = make_report(dealership=self.region, sheets=[{"sheet": "Figures at a Glance"}, {"sheet": "Visits by Kind"}])
		self.assertEqual([2, 0, None, 0, None], self.figure(self.book(report, None, "Administrator"), "Workshop Visits"))
		book = self.book(report, None, self.regional)
		self.assertEqual(["Figures at a Glance", "Visits by Kind"], book.sheetnames)
		self.assertEqual(1000, self.figure(book, "Settled Amount")[0])
		with as_user(self.manager):
			self.assertRaises(frappe.PermissionError, api.download, report.name)
		own = make_report(dealership=self.one)
		self.assertEqual(300, self.figure(self.book(own, None, self.manager), "Settled Amount")[0])

	def test_every_sheet_can_be_made_for_a_store_and_for_the_group(self):
		report = make_report(dealership=None, sheets=[{"sheet": name} for name in SHEETS])
		for store in (self.one, None):
			book = self.book(report, store, "Administrator")
			self.assertEqual(len(SHEETS), len(book.sheetnames))
			self.assertEqual({None}, {cell.value for page in book.worksheets for row in page for cell in row if str(cell.value).startswith("<")} | {None})

	def test_every_kind_of_column_is_written_as_what_it_is(self):
		tables, _refused = tables_of(SHEETS, date(2001, 5, 1), date(2001, 5, 10), self.one)
		self.assertEqual(set(), {kind for table in tables for kind in table.kinds} - {*FORMATS, "Data", "Link"})
		table = Table("1", ["", ""], ["Data", "Duration"], [["", 93_600]])
		cell = load_workbook(io.BytesIO(workbook([table], [], ""))).worksheets[0]["B4"]
		self.assertEqual(("[h]:mm", timedelta(hours=26)), (cell.number_format, cell.value))

	def test_a_store_s_person_who_is_sent_the_region_s_report_finds_the_own_figures_only(self):
		report = make_report(dealership=self.region, recipients=[{"user": self.manager}, {"user": self.second}])
		self.assertEqual(2, send_period(report.name, PERIOD))
		self.assertEqual([300, 700], [self.figure(self.attached(report, user), name)[0] for user, name in ((self.manager, "Settled Amount"), (self.second, "结算金额"))])

	def test_whoever_works_for_no_store_in_it_gets_nothing(self):
		stranger = make_user("Dealer Manager", [self.elsewhere])
		report = make_report(dealership=self.region, recipients=[{"user": stranger}, {"user": make_user("Dealer Manager")}])
		self.assertEqual(0, send_period(report.name, PERIOD))
		self.assertEqual([], self.deliveries(report))

	def test_whoever_may_run_none_of_its_reports_gets_no_letter(self):
		technician = make_user("Technician", [self.one])
		report = make_report(dealership=self.one, recipients=[{"user": technician}])
		self.assertEqual(0, send_period(report.name, PERIOD))
		self.assertEqual([(self.one, PERIOD, technician, "Nothing to Send")], self.deliveries(report))
		self.assertEqual([], self.letters(report))

	def test_a_sheet_that_the_recipient_may_not_run_is_left_out_and_named(self):
		manager = make_user("Workshop Manager", [self.one])
		report = make_report(dealership=self.one, sheets=[{"sheet": "Figures at a Glance"}, {"sheet": "Contacts by Agent"}], recipients=[{"user": manager}])
		send_period(report.name, PERIOD)
		book = self.attached(report, manager)
		self.assertEqual(["Figures at a Glance"], book.sheetnames)
		self.assertIn("Not among your reports: Contacts by Agent", [cell.value for cell in book.worksheets[0]["A"]])

	def test_without_a_mail_account_it_waits_for_one(self):
		report = make_report(dealership=self.one, recipients=[{"user": self.manager}])
		frappe.db.set_value("Email Account", ACCOUNT, "default_outgoing", 0)
		self.assertEqual(0, send_period(report.name, PERIOD))
		frappe.db.set_value("Email Account", ACCOUNT, "default_outgoing", 1)
		self.assertEqual(1, send_period(report.name, PERIOD))

	def test_what_cannot_be_made_says_so_is_tried_again_and_stops_nobody_else(self):
		report = make_report(dealership=self.region, recipients=[{"user": self.manager}, {"user": self.second}])
		frappe.db.set_value("C4S Periodic Report Sheet", {"parent": report.name}, "sheet", "No Such Sheet")
		for _attempt in range(6):
			send_period(report.name, PERIOD)
		self.assertEqual({("Not Mailed", 5)}, {(row.status, row.attempts) for row in frappe.get_all(DELIVERY, {"periodic_report": report.name}, ["status", "attempts"])})
		frappe.db.set_value("C4S Periodic Report Sheet", {"parent": report.name}, "sheet", "Figures at a Glance")
		again = frappe.get_all(DELIVERY, {"periodic_report": report.name}, pluck="name")[0]
		api.send_again(again)
		self.assertEqual("Handed to the Mail", frappe.db.get_value(DELIVERY, again, "status"))

	def test_sent_again_is_another_letter_and_the_same_row(self):
		report = make_report(dealership=self.one, recipients=[{"user": self.manager}])
		send_period(report.name, PERIOD)
		send_one(report, self.one, PERIOD, self.manager)
		self.assertEqual(1, len(self.letters(report)))
		with as_user(self.second), self.assertRaises(frappe.PermissionError):
			api.send_again(frappe.get_all(DELIVERY, {"periodic_report": report.name}, pluck="name")[0])
		api.send_again(frappe.get_all(DELIVERY, {"periodic_report": report.name}, pluck="name")[0])
		self.assertEqual((1, 2), (len(self.deliveries(report)), len(self.letters(report))))

	def test_a_period_that_is_not_over_is_not_sent(self):
		report = make_report(dealership=self.one)
		with self.assertRaisesRegex(frappe.ValidationError, "not over yet"):
			api.send_now(report.name, frappe.utils.nowdate())
		with as_user(make_user("Sales Manager", [self.one])), self.assertRaises(frappe.PermissionError):
			api.send_now(report.name)

	def test_the_letter_arrives_with_its_workbook_in_the_recipient_s_language(self):
		report = make_report(dealership=self.two, report_title="门店旬报 =1+1", recipients=[{"user": self.second}])
		send_period(report.name, PERIOD)
		(recipients, letter), = self.post(report)
		self.assertEqual([self.second], recipients)
		self.assertEqual("门店旬报 =1+1 测试店 PERIODIC-2 2001-05 上旬", letter["Subject"])
		self.assertIn("700 元", letter.get_body(("html",)).get_content())
		attached, = letter.iter_attachments()
		self.assertEqual("门店旬报 =1+1 测试店 PERIODIC-2 2001-05 上旬.xlsx", attached.get_filename())
		page = load_workbook(io.BytesIO(attached.get_content())).worksheets[0]
		self.assertEqual("s", page["A2"].data_type)
		self.assertEqual(1, follow_mail())
		self.assertEqual("Mailed", self.deliveries(report)[0][3])

	def attached(self, report, user: str):
		"""The workbook in the letter that waits for this person."""
		name = frappe.db.get_value(DELIVERY, {"periodic_report": report.name, "recipient": user}, "email_queue")
		parts = message_from_bytes(frappe.db.get_value(QUEUE, name, "message").encode(), policy=policy.default).iter_attachments()
		return load_workbook(io.BytesIO(next(parts).get_content()))

	def post(self, report) -> list:
		"""Let the framework's queue send the letters of the report to a server on this machine; what that got."""
		inbox = Letters()
		with socket() as free:
			free.bind(("127.0.0.1", 0))
			port = free.getsockname()[1]
		server = Controller(inbox, hostname="127.0.0.1", port=port)
		server.start()
		self.addCleanup(server.stop)
		frappe.db.set_value("Email Account", ACCOUNT, "smtp_port", str(port))
		frappe.clear_document_cache("Email Account", ACCOUNT)
		frappe.local.outgoing_email_account = {}
		for name in self.letters(report):
			# It commits, and sends nothing in tests.
			with patch.object(frappe.db, "commit"), patch.dict(frappe.flags, {"in_test": False, "mute_emails": False}):
				frappe.get_doc(QUEUE, name).send()
		return inbox.letters
