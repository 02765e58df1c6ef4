"""A manager reads what a customer is worth and why, and what all are worth together; in both languages, and on the phone it fits."""

from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_customer.test_classify import put_visit
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.customer_value import jobs
from crm4s.tests.end_to_end.browser import PHONE, WIDE, BrowserTestCase
from crm4s.tests.people import make_user

CUSTOMERS = 48
REPORTS = {"C4S Value Matrix": "价值矩阵", "C4S RFM Grid": "RFM 矩阵"}


class TestCustomerValue(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("E2E-VALUE").name
		cls.customers = [make_customer(store=cls.store).name for _number in range(CUSTOMERS)]
		for number, customer in enumerate(cls.customers):
			cls.come(number, customer)
		jobs.run()
		cls.manager = make_user("CRM Manager", [cls.store])
		cls.let_sign_in(cls.manager, "zh")
		cls.seat = cls.enterClassContext(cls.window())
		cls.seat.sign_in(cls.manager)

	@classmethod
	def come(cls, number: int, customer: str) -> None:
		"""Each by a rhythm of his own; every third one has not been here for long."""
		rhythm, last = 60 + 7 * number, 7 * number + (300 if number % 3 == 0 else 5)
		for visit in range(1 + number % 6):
			settled = f"{add_days(nowdate(), -last - visit * rhythm)} 10:00:00"
			put_visit(customer, settled, 400 + 90 * number, dealership=cls.store, margin=100 + 40 * number, total_amount=400 + 90 * number)

	def setUp(self):
		super().setUp()
		self.seat.problems.clear()

	def look(self, language: str, viewport: dict) -> None:
		"""The desk in this language on a screen of this size."""
		self.set_language(self.manager, language)
		self.seat.page.set_viewport_size(viewport)
		self.seat.enter()

	def show_value(self):
		page = self.seat.page
		self.seat.show_form("C4S Customer", self.customers[11])
		panel = page.locator(".c4s-value").first
		self.seat.show_field("value_reasons")
		panel.wait_for()
		panel.scroll_into_view_if_needed()
		return panel

	def show_report(self, name: str) -> str:
		"""The report's text once its rows are there."""
		page = self.seat.page
		self.seat.go_to("query-report", name)
		page.wait_for_function("name => frappe.query_report && frappe.query_report.report_name === name && (frappe.query_report.data || []).length", arg=name)
		# The summary is drawn last; a filter that gets its value late draws everything once more.
		summary = page.locator(".report-summary .summary-value", has_text=str(CUSTOMERS)).locator("visible=true").first
		summary.wait_for()
		self.seat.settle()
		summary.wait_for()
		return self.seat.visible_text()

	def assert_fits(self, viewport: dict) -> None:
		self.assertLessEqual(self.seat.page.evaluate("document.documentElement.scrollWidth"), viewport["width"])
		self.assertEqual([], self.seat.problems)

	def test_the_panel_says_in_both_languages_why(self):
		for language, heading, sentence in (("zh", "终身价值", "高价值"), ("en", "Lifetime Value", "high value begins at")):
			for viewport, size in ((WIDE, "wide"), (PHONE, "phone")):
				with self.subTest(language=language, size=size):
					self.look(language, viewport)
					text = self.show_value().inner_text()
					self.assertIn(heading, text)
					self.assertIn(sentence, text)
					self.assertNotIn("C4S ", text)
					self.seat.picture(f"value-panel-{language}-{size}")
					self.assert_fits(viewport)

	def test_reports_tell_of_all_customers(self):
		for language in ("zh", "en"):
			for viewport, size in ((WIDE, "wide"), (PHONE, "phone")):
				for report, chinese in REPORTS.items():
					with self.subTest(report=report, language=language, size=size):
						# Each in a desk of its own: straight from one report to the next, the framework may ask with the filters of the first.
						self.look(language, viewport)
						text = self.show_report(report)
						self.assertIn(chinese if language == "zh" else report.removeprefix("C4S "), text)
						self.assertIn(str(CUSTOMERS), text)
						self.seat.picture(f"{report.removeprefix('C4S ').lower().replace(' ', '-')}-{language}-{size}")
						self.assert_fits(viewport)

	def test_who_reads_no_values_is_offered_no_filter_by_them(self):
		receptionist = make_user("Receptionist", [self.store])
		self.let_sign_in(receptionist, "zh")
		with self.desk(receptionist) as desk:
			desk.show_list("C4S Customer")
			shown = {name: desk.page.locator(f'.standard-filter-section [data-fieldname="{name}"]').first.is_visible() for name in ("customer_name", "value_class", "strategy")}
			self.assertEqual({"customer_name": True, "value_class": False, "strategy": False}, shown)
			self.assertEqual([], desk.problems)
