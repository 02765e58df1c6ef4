"""Each job has its workspace, and what a workspace counts are documents of its reader's stores."""

import json

import frappe
from frappe.desk.desktop import get_desktop_page, get_workspace_sidebar_items
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, get_datetime, now_datetime, nowdate

from crm4s.boot import own_stores
from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import lose, make_lead
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit, settle
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.tests.people import as_user, make_user

OF_THE_STORE = ["Management", "Reception", "Sales", "Service", "Customer Care", "Analysis", "Customer Voice"]
# The first one is where the role lands after login.
WORKSPACES = {
	"Receptionist": ["Reception"],
	"Sales Consultant": ["Sales"],
	"Sales Manager": ["Sales"],
	"Service Advisor": ["Service"],
	"Workshop Manager": ["Service"],
	"Technician": ["Service"],
	"Customer Service Representative": ["Customer Care"],
	"CRM Specialist": ["Customer Care", "Customer Voice"],
	"CRM Manager": ["Customer Care", "Analysis", "Customer Voice"],
	"Auditor": ["Customer Care", "Customer Voice"],
	"Data Analyst": ["Analysis", "Customer Voice"],
	"Market Researcher": ["Analysis", "Customer Voice"],
	"Dealer Manager": OF_THE_STORE,
	"Group Manager": OF_THE_STORE,
	"Administrator": ["CRM4S Setup", "DMS"],
}
OURS = {"module": "CRM4S"}


def filters_of(card) -> list:
	"""The card's filters with what the desk computes for the dynamic ones."""
	computed = {
		"frappe.session.user": frappe.session.user,
		"frappe.datetime.get_today()": nowdate(),
		"frappe.datetime.now_datetime()": str(now_datetime()),
		"crm4s.own_store.names()": own_stores()["names"],
		"frappe.datetime.add_days(frappe.datetime.get_today(), -60)": add_days(nowdate(), -60),
		"frappe.datetime.add_days(frappe.datetime.get_today(), 2)": add_days(nowdate(), 2),
		"frappe.datetime.add_days(frappe.datetime.get_today(), 30)": add_days(nowdate(), 30),
	}
	dynamic = json.loads(card.dynamic_filters_json or "[]")
	return json.loads(card.filters_json) + [[*row[:3], computed[row[3]], *row[4:]] for row in dynamic]


def count(label: str) -> float:
	"""What the card shows to the current user."""
	card = frappe.get_doc("Number Card", f"C4S {label}")
	return get_result(card.as_json(), json.dumps(filters_of(card)))


def draw(label: str, **filters) -> dict | None:
	"""What the chart shows to the current user."""
	chart = frappe.get_doc("Dashboard Chart", f"C4S {label}")
	if chart.report_name:
		return run(chart.report_name, {**json.loads(chart.filters_json), **filters})["chart"]
	source = chart.source.replace(" ", "_").lower()
	method = frappe.get_attr(f"crm4s.crm4s.dashboard_chart_source.{source}.{source}.get")
	return method(filters={**json.loads(chart.filters_json), **filters})


def give_role(user: str, role: str) -> None:
	"""Let `user` have this role only: making a user for each of the roles takes a minute."""
	frappe.db.delete("Has Role", {"parent": user})
	values = {"doctype": "Has Role", "parenttype": "User", "parentfield": "roles", "parent": user, "role": f"C4S {role}"}
	frappe.get_doc(values).db_insert()
	frappe.clear_cache(user=user)


class WorkspaceTestCase(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestWhoSeesWhich(WorkspaceTestCase):
	def test_each_role_sees_the_workspaces_of_its_job_and_its_own_first(self):
		ours = set(frappe.get_all("Workspace", OURS, pluck="name"))
		user = make_user("Receptionist")
		for role, expected in WORKSPACES.items():
			give_role(user, role)
			with self.subTest(role), as_user(user):
				pages = [page["name"] for page in get_workspace_sidebar_items()["pages"]]
				self.assertEqual(expected, [name for name in pages if name in ours])
				self.assertEqual(expected[0], pages[0])

	def test_every_staff_role_has_a_workspace(self):
		desk_roles = frappe.get_all("Role", {"name": ["like", "C4S %"], "desk_access": 1}, pluck="name")
		self.assertEqual(sorted(f"C4S {role}" for role in WORKSPACES), sorted(desk_roles))


class TestContents(WorkspaceTestCase):
	def test_every_block_shows_something_that_exists(self):
		for name in frappe.get_all("Workspace", OURS, pluck="name"):
			workspace = frappe.get_doc("Workspace", name)
			rows = {
				"number_card": workspace.number_cards,
				"chart": workspace.charts,
				"shortcut": workspace.shortcuts,
				"card": [row for row in workspace.links if row.type == "Card Break"],
			}
			blocks = json.loads(workspace.content)
			for kind, kept in rows.items():
				shown = [block["data"][f"{kind}_name"] for block in blocks if block["type"] == kind]
				with self.subTest(workspace=name, kind=kind):
					self.assertEqual([row.label for row in kept], shown)
					self.assertEqual(len(shown), len({frappe._(label, lang="zh") for label in shown}))

	def test_every_link_leads_somewhere(self):
		for name in frappe.get_all("Workspace", OURS, pluck="name"):
			workspace = frappe.get_doc("Workspace", name)
			targets = [(row.link_type, row.link_to) for row in workspace.links if row.type == "Link"]
			targets += [(row.type, row.link_to) for row in workspace.shortcuts]
			targets += [("Number Card", row.number_card_name) for row in workspace.number_cards]
			targets += [("Dashboard Chart", row.chart_name) for row in workspace.charts]
			for doctype, target in targets:
				with self.subTest(workspace=name, target=target):
					self.assertTrue(frappe.db.exists(doctype, target))

	def test_no_shortcut_counts_a_document_that_is_there_once(self):
		"""Newer Frappe counts what each shortcut leads to, which fails for settings; a link in a card leads there."""
		ours = frappe.get_all("Workspace", OURS, pluck="name")
		shortcuts = {"parent": ["in", ours], "type": "DocType"}
		for doctype in set(frappe.get_all("Workspace Shortcut", shortcuts, pluck="link_to")):
			self.assertFalse(frappe.get_meta(doctype).issingle, doctype)

	def test_every_card_and_chart_that_a_role_may_see_answers(self):
		user = make_user("Receptionist", [make_dealership("DESK-1").name])
		for role, names in WORKSPACES.items():
			give_role(user, role)
			with as_user(user):
				for name in names:
					page = get_desktop_page(json.dumps({"name": name, "title": name, "public": 1}))
					shown = page["number_cards"]["items"] + page["charts"]["items"]
					self.assertTrue(shown, f"{role} sees no figure in {name}")
					for item in shown:
						with self.subTest(role=role, workspace=name, item=item.get("number_card_name") or item.chart_name):
							if item.get("number_card_name"):
								count(item.number_card_name.removeprefix("C4S "))
							else:
								draw(item.chart_name.removeprefix("C4S "))


class TestOwnStoresOnly(WorkspaceTestCase):
	def setUp(self):
		self.own, self.other = make_dealership("DESK-1").name, make_dealership("DESK-2").name
		for store, phone in ((self.own, "13900139001"), (self.other, "13900139002"), (self.other, "13900139003")):
			make_lead(dealership=store, phone=phone, received_on=now_datetime())
			make_complaint(dealership=store)
			# Of today at whatever time of the day this runs.
			settle(make_service_visit(dealership=store, arrived_on=get_datetime(nowdate())), hours=0)

	def test_a_card_counts_the_documents_of_the_readers_stores(self):
		labels = ["Leads Received Today", "Open Complaints", "Cars Arrived Today", "Visits Settled This Month"]
		with as_user(make_user("Dealer Manager", [self.own])):
			self.assertEqual([1, 1, 1, 1], [count(label) for label in labels])
		with as_user(make_user("Dealer Manager", [self.own, self.other])):
			self.assertEqual([3, 3, 3, 3], [count(label) for label in labels])
		with as_user(make_user("Dealer Manager")):
			self.assertEqual([0, 0, 0, 0], [count(label) for label in labels])

	def test_what_other_stores_share_is_not_counted_as_ones_own(self):
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		change_settings(stores_share_dealings=1)
		customer = make_customer(store=self.own).name
		for store in (self.own, self.other):
			lose(make_lead(dealership=store, phone="13900139009", customer=customer, received_on=now_datetime()))
		with as_user(make_user("Dealer Manager", [self.own])):
			self.assertEqual(3, len(frappe.get_list("C4S Lead")))
			self.assertEqual((2, 1), (count("Leads Received Today"), count("Leads Lost This Month")))
			self.assertEqual(2, draw("Leads Received")["datasets"][0]["values"][-1])
			self.assertEqual([1], draw("Defeat Reasons")["datasets"][0]["values"])

	def test_a_sum_adds_up_the_visits_of_the_readers_stores(self):
		with as_user(make_user("Dealer Manager", [self.own])):
			self.assertEqual(300, count("Service Revenue This Month"))
		with as_user(make_user("Dealer Manager", [self.other])):
			self.assertEqual(600, count("Service Revenue This Month"))

	def test_my_leads_are_mine(self):
		consultant = make_user("Sales Consultant", [self.own])
		make_lead(dealership=self.own, phone="13900139004", sales_consultant=consultant)
		with as_user(consultant):
			self.assertEqual((1, 2), (count("My Open Leads"), count("Open Leads")))

	def test_what_is_not_planned_is_not_due(self):
		"""Frappe takes no date for one long ago."""
		rows = frappe.get_all("C4S Service Visit", {"dealership": self.own, "status": "Settled"}, pluck="name")
		with as_user(make_user("Dealer Manager", [self.own])):
			frappe.db.set_value("C4S Service Visit", rows[0], "follow_up_on", None)
			self.assertEqual(0, count("Calls After Service Due"))
			frappe.db.set_value("C4S Service Visit", rows[0], "follow_up_on", nowdate())
			self.assertEqual(1, count("Calls After Service Due"))

	def test_a_card_of_what_is_due_asks_for_a_day(self):
		for card in frappe.get_all("Number Card", OURS, pluck="name"):
			filters = filters_of(frappe.get_doc("Number Card", card))
			for doctype, field, operator, *_rest in filters:
				if operator in ("<", "<=") and not frappe.get_meta(doctype).get_field(field).reqd:
					self.assertTrue([row for row in filters if row[1] == field and row[2] in (">", ">=")], f"{card} counts documents without {field}")

	def test_a_trend_counts_the_documents_of_the_readers_stores(self):
		with as_user(make_user("Dealer Manager", [self.own])):
			self.assertEqual(1, draw("Leads Received")["datasets"][0]["values"][-1])
			self.assertEqual(300, draw("Service Revenue")["datasets"][0]["values"][-1])
		with as_user(make_user("Dealer Manager")):
			self.assertEqual(0, sum(draw("Leads Received")["datasets"][0]["values"]))

	def test_a_breakdown_counts_the_documents_of_the_readers_stores(self):
		lose(make_lead(dealership=self.own, phone="13900139005", received_on=now_datetime()))
		with as_user(make_user("Dealer Manager", [self.own])):
			self.assertEqual([1], draw("Defeat Reasons")["datasets"][0]["values"])
			self.assertEqual([2], draw("Leads by Source")["datasets"][0]["values"])
		with as_user(make_user("Dealer Manager")):
			self.assertIsNone(draw("Leads by Source"))

	def test_a_chart_is_refused_to_those_who_may_not_read_what_it_counts(self):
		with as_user(make_user("Sales Consultant", [self.own])), self.assertRaises(frappe.PermissionError):
			draw("Service Revenue")

	def test_a_chart_knows_its_figures_and_periods_only(self):
		with self.assertRaisesRegex(frappe.ValidationError, "The figure must be one of: Leads Received, "):
			draw("Leads Received", figure="tabUser")
		with self.assertRaisesRegex(frappe.ValidationError, "The period must be one of: Last 30 Days, "):
			draw("Leads Received", period="Ever")
