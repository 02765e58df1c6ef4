from datetime import datetime, timedelta
from pathlib import Path

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime, nowdate

from crm4s.bookings.tests.factories import make_resource, make_store
from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import add_service, make_deal
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import contact, make_lead
from crm4s.crm4s.doctype.c4s_quarantined_lead.test_c4s_quarantined_lead import make_quarantined
from crm4s.crm4s.doctype.c4s_retention_case.test_c4s_retention_case import make_retention_case
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_showroom_visit.test_c4s_showroom_visit import make_visit
from crm4s.crm4s.doctype.c4s_store_relationship.test_c4s_store_relationship import make_relationship
from crm4s.crm4s.doctype.c4s_test_drive.test_c4s_test_drive import make_test_drive
from crm4s.crm4s.doctype.c4s_used_car_appraisal.test_c4s_used_car_appraisal import make_appraisal
from crm4s.install import TASKS_INDEX
from crm4s.leads.contacting import log_contact
from crm4s.my_day.api import get_day
from crm4s.my_day.day import day_of
from crm4s.my_day.registry import all_work
from crm4s.my_day.work import current_person
from crm4s.tests.people import as_user, make_user
from crm4s.workflows.decisions import states_to_decide
from crm4s.workflows.states import active_workflow

test_ignore = ["User", "ToDo"]

LEAD, DEAL = "C4S Lead", "C4S Deal"
CONSULTANT = "C4S Sales Consultant"


def answered(**overrides):
	"""An open lead that somebody has called, with the next contact where the test wants it."""
	return make_lead(**{"contacts": [contact(5)], **overrides})


def put(document, **values):
	"""Values as they are on some later day, which the document's own rules would not let one enter."""
	frappe.db.set_value(document.doctype, document.name, values)
	return document


class MyDayTestCase(FrappeTestCase):
	def setUp(self):
		self.store, self.other = make_store("DAY-1"), make_store("DAY-2")
		self.me = make_user("Sales Consultant", [self.store])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def items(self, user: str | None = None) -> list[dict]:
		with as_user(user or self.me):
			return get_day()["items"]

	def found(self, user: str | None = None) -> list[tuple[str, str]]:
		return [(item["work"], item["name"]) for item in self.items(user)]

	def mine(self, **values) -> dict:
		return {"dealership": self.store, "sales_consultant": self.me, **values}

	def ordered(self, **values):
		"""A deal of mine that is ordered and promised for later."""
		return put(make_deal(dealership=self.store), sales_consultant=self.me, status="Ordered", promised_on=add_days(nowdate(), 30), **values)


class TestOrder(MyDayTestCase):
	def test_who_waits_then_who_has_no_answer_then_what_is_late_then_decisions_then_today_then_later(self):
		frappe.get_doc("User", self.me).add_roles("C4S Sales Manager")
		later = self.ordered()
		put(later, promised_on=add_days(nowdate(), 2))
		today = answered(**self.mine(next_contact_on=nowdate()))
		decision = make_lead(dealership=self.store)
		put(decision, sales_consultant=None)
		late = put(answered(**self.mine()), next_contact_on=add_days(nowdate(), -9))
		unanswered = put(make_lead(**self.mine()), response="Waiting", respond_by=now_datetime() + timedelta(minutes=20))
		visitor = put(make_visit(dealership=self.store), sales_consultant=self.me)
		expected = [
			("visitor", visitor.name),
			("lead_to_answer", unanswered.name),
			("lead_to_contact", late.name),
			("lead_without_consultant", decision.name),
			("lead_to_contact", today.name),
			("delivery", later.name),
		]
		self.assertEqual(expected, self.found())

	def test_a_contact_at_a_time_of_day_comes_before_one_at_any_time(self):
		any_time = answered(**self.mine(next_contact_on=nowdate()))
		at_night = answered(**self.mine(next_contact_on=nowdate(), next_contact_time="23:59"))
		self.assertEqual([at_night.name, any_time.name], [name for _, name in self.found()])

	def test_a_row_says_who_why_and_when_with_the_phone_as_the_list_of_leads_shows_it(self):
		lead = answered(**self.mine(phone="13900139001", next_contact_on=nowdate(), next_contact_time="23:59"))
		item = self.items()[0]
		self.assertEqual(("李娜", "139****9001", "Contact due"), (item["title"], item["phone"], item["why"]))
		self.assertEqual((lead.next_action, "log_contact"), (item["facts"][0], item["action"]))
		self.assertEqual(datetime.combine(now_datetime().date(), datetime.min.time()).replace(hour=23, minute=59), item["due"])
		self.assertFalse(item["is_late"])


class TestWhatIsDue(MyDayTestCase):
	def test_leads_of_others_and_contacts_of_tomorrow_are_not_mine_today(self):
		answered(**self.mine(next_contact_on=add_days(nowdate(), 1)))
		answered(dealership=self.store, sales_consultant=make_user("Sales Consultant", [self.store]), next_contact_on=nowdate())
		make_visit(dealership=self.store)
		self.assertEqual([], self.found())

	def test_a_logged_contact_takes_the_lead_off_the_list(self):
		lead = answered(**self.mine(next_contact_on=nowdate()))
		with as_user(self.me):
			log_contact(lead.name, "Phone", "约了周六到店", next_contact_on=add_days(nowdate(), 3))
		self.assertEqual([], self.found())
		self.assertEqual("约了周六到店", frappe.get_doc(LEAD, lead.name).contacts[-1].summary)

	def test_a_contact_is_logged_by_those_who_may_write_the_lead(self):
		lead = answered(**self.mine())
		with as_user(make_user("Sales Consultant", [self.other])), self.assertRaises(frappe.PermissionError):
			log_contact(lead.name, "Phone", "别家的线索")

	def test_test_drives_of_today_and_cars_that_are_out(self):
		drive = put(make_test_drive(self.store), sales_consultant=self.me, planned_from=now_datetime() + timedelta(seconds=1))
		self.assertEqual([("test_drive", drive.name)], self.found())
		put(drive, status="Driving")
		self.assertEqual([("test_drive_out", drive.name)], self.found())
		put(drive, status="Done")
		self.assertEqual([], self.found())

	def test_deals_promised_soon_customers_who_wait_for_a_word_and_services_that_are_due(self):
		deal = self.ordered()
		service = add_service(deal, responsible=self.me, due_on=add_days(nowdate(), 1))
		self.assertEqual([], self.found())
		put(deal, promised_on=add_days(nowdate(), 3), next_care_on=nowdate())
		put(service, due_on=nowdate())
		expected = {("deal_service", service.name), ("waiting_customer", deal.name), ("delivery", deal.name)}
		self.assertEqual(expected, set(self.found()))
		put(deal, promised_on=add_days(nowdate(), 4))
		self.assertNotIn(("delivery", deal.name), self.found())

	def test_the_row_of_a_deal_has_the_customers_masked_phone(self):
		customer = make_customer("13900139002", store=self.store)
		put(put(make_deal(dealership=self.store, customer=customer.name), sales_consultant=self.me, status="Ordered"), promised_on=nowdate())
		self.assertEqual(["139****9002"], [item["phone"] for item in self.items()])

	def test_tasks_until_today_open_what_they_are_about(self):
		deal = self.ordered()
		values = {"doctype": "ToDo", "allocated_to": self.me, "reference_type": DEAL, "reference_name": deal.name}
		task = frappe.get_doc({**values, "date": nowdate(), "description": "<p>Call 王伟</p>"}).insert()
		frappe.get_doc({**values, "date": add_days(nowdate(), 1), "description": "later"}).insert()
		items = self.items()
		self.assertEqual([("task", task.name)], [(item["work"], item["name"]) for item in items])
		self.assertEqual(("Call 王伟", [DEAL, deal.name], deal.customer), (items[0]["title"], items[0]["opens"], items[0]["customer"]))
		put(task, status="Closed")
		self.assertEqual([], self.found())

	def test_a_call_after_delivery_is_one_row_that_asks_how_the_call_went(self):
		deal = put(self.ordered(), status="Delivered", delivered_on=add_days(now_datetime(), -3))
		put(deal, follow_up_on=nowdate(), follow_up_task=self.task_to_call(deal))
		self.assertEqual([("call_after_delivery", deal.name)], self.found())

	def test_a_call_after_service_is_one_row_that_asks_how_the_call_went(self):
		advisor = make_user("Service Advisor", [self.store])
		visit = put(make_service_visit(dealership=self.store), service_advisor=advisor, status="Settled")
		put(visit, follow_up_on=nowdate(), follow_up_task=self.task_to_call(visit, advisor))
		self.assertEqual([("call_after_service", visit.name)], self.found(advisor))
		put(visit, follow_up_on=add_days(nowdate(), 1))
		self.assertNotIn("call_after_service", [work for work, _name in self.found(advisor)])

	def task_to_call(self, document, caller: str | None = None) -> str:
		values = {"allocated_to": caller or self.me, "reference_type": document.doctype, "reference_name": document.name, "description": "Call"}
		return frappe.get_doc({"doctype": "ToDo", **values}).insert().name

	def test_an_appraisers_offers(self):
		offer = put(make_appraisal(dealership=self.store), appraiser=self.me, status="Offered", offer_valid_until=add_days(nowdate(), 2))
		self.assertEqual([("offer_running_out", offer.name)], self.found())
		put(offer, status="Accepted", accepted_on=now_datetime())
		self.assertEqual([("car_to_buy", offer.name)], self.found())

	def test_ones_own_booked_time(self):
		resource = make_resource(self.store, kind="Sales Consultant", user=self.me, vehicle=None)
		booking = frappe.get_doc(
			{"doctype": "C4S Booking", "name": "DAY-BOOKING", "resource": resource.name, "dealership": self.store, "status": "Booked", "title": "交车"}
		)
		booking.update({"starts_at": now_datetime(), "ends_at": now_datetime() + timedelta(hours=1)})
		booking.db_insert()
		self.assertEqual([("booking", booking.name)], self.found())
		put(booking, ends_at=now_datetime() - timedelta(seconds=1))
		self.assertEqual([], self.found())

	def test_what_service_and_customer_care_have_promised(self):
		advisor = make_user(["Service Advisor", "Customer Service Representative"], [self.store])
		visit = put(make_service_visit(dealership=self.store), service_advisor=advisor, promised_on=now_datetime() - timedelta(hours=1))
		complaint = put(make_complaint(dealership=self.store), handler=advisor)
		case = put(make_retention_case(dealership=self.store), handler=advisor, next_contact_by=advisor, next_contact_on=nowdate())
		expected = [("complaint_to_answer", complaint.name), ("service_visit", visit.name), ("retention_case", case.name)]
		self.assertEqual(expected, self.found(advisor))
		put(complaint, responded_on=now_datetime(), resolve_by=now_datetime() - timedelta(hours=2))
		self.assertEqual(("complaint_to_resolve", complaint.name), self.found(advisor)[0])


class TestDecisions(MyDayTestCase):
	def setUp(self):
		super().setUp()
		self.manager = make_user("Sales Manager", [self.store])

	def make_all(self) -> set[tuple[str, str]]:
		"""One of each that a manager of the store has to decide."""
		defeat = put(answered(**self.mine()), workflow_state=states_to_decide(LEAD, "Open", [CONSULTANT])[0], next_contact_on=nowdate())
		return {
			("lead_to_decide", defeat.name),
			("lead_without_consultant", put(make_lead(dealership=self.store), sales_consultant=None).name),
			("discount", put(make_deal(dealership=self.store), discount_needs_approval=1).name),
			("offer", put(make_appraisal(dealership=self.store), needs_approval=1).name),
			("quarantined_lead", make_quarantined(self.store).name),
		}

	def test_a_manager_decides_and_a_consultant_does_not(self):
		expected = self.make_all()
		self.assertEqual(expected, set(self.found(self.manager)))
		self.assertEqual([], self.found())

	def test_a_manager_of_another_store_has_nothing_of_ours_to_decide(self):
		self.make_all()
		self.assertEqual([], self.found(make_user("Sales Manager", [self.other])))

	def test_which_states_wait_for_a_decision_follows_the_workflow(self):
		pending = states_to_decide(LEAD, "Open", [CONSULTANT], ["C4S Sales Manager"])
		self.assertEqual(1, len(pending))
		workflow = active_workflow(LEAD)
		other = next(row for row in workflow.states if row.state not in pending)
		action = workflow.transitions[0].action
		document = frappe.get_doc("Workflow", workflow.name)
		document.append("transitions", {"state": pending[0], "action": action, "next_state": other.state, "allowed": CONSULTANT})
		document.save()
		self.addCleanup(frappe.clear_cache)
		self.assertEqual([], states_to_decide(LEAD, "Open", [CONSULTANT], ["C4S Sales Manager"]))

	def test_leads_in_the_pool_need_no_decision(self):
		put(make_lead(dealership=self.store), sales_consultant=None, in_pool=1)
		self.assertEqual([], self.found(self.manager))


class TestIsolation(MyDayTestCase):
	def make_all_for(self, user: str, store: str) -> None:
		"""Everything that could be due, of `store` and with the name of `user` on it."""
		mine = {"sales_consultant": user}
		customer = make_customer(store=store).name
		put(make_visit(dealership=store), **mine)
		put(make_lead(dealership=store, customer=customer), **mine, next_contact_on=nowdate())
		put(make_lead(dealership=store), **mine, response="Waiting")
		put(make_test_drive(store), **mine, planned_from=now_datetime())
		deal = put(make_deal(dealership=store, customer=customer), **mine, status="Ordered", promised_on=nowdate(), next_care_on=nowdate())
		put(add_service(deal), responsible=user, due_on=nowdate())
		put(make_appraisal(dealership=store), appraiser=user, status="Offered", offer_valid_until=nowdate(), needs_approval=1)
		put(make_service_visit(dealership=store, customer=customer), service_advisor=user, promised_on=now_datetime())
		put(make_complaint(dealership=store, customer=customer), handler=user)
		put(make_retention_case(dealership=store, customer=customer), handler=user, next_contact_by=user, next_contact_on=nowdate())
		make_quarantined(store)
		if store == self.other:
			make_relationship(customer, self.store)

	def everything(self) -> str:
		roles = ["Sales Consultant", "Sales Manager", "Service Advisor", "Customer Service Representative", "CRM Manager"]
		return make_user(roles, [self.store])

	def test_nothing_of_another_store_is_on_the_list_whoever_it_names(self):
		user = self.everything()
		self.make_all_for(user, self.store)
		own = self.found(user)
		self.assertGreater(len(own), 11)
		self.make_all_for(user, self.other)
		# In whatever order: meanwhile something may have become late.
		self.assertEqual(sorted(own), sorted(self.found(user)))

	def test_what_the_group_shares_for_reading_is_not_work(self):
		change_settings(stores_share_dealings=1)
		user = self.everything()
		self.make_all_for(user, self.other)
		self.assertEqual([], self.found(user))

	def test_somebody_without_a_store_has_nothing_to_do(self):
		user = make_user(["Sales Consultant", "Sales Manager"])
		self.make_all_for(user, self.store)
		self.assertEqual([], self.found(user))

	def test_who_may_not_open_the_page_may_not_ask(self):
		with as_user(make_user("Data Analyst", [self.store])), self.assertRaises(frappe.PermissionError):
			get_day()

	def test_who_may_not_read_a_type_is_not_asked_about_it(self):
		with as_user(make_user("Technician", [self.store])):
			self.assertNotIn(LEAD, get_day()["doctypes"])


class TestManyRows(MyDayTestCase):
	def test_of_many_the_first_are_shown_and_the_rest_counted_with_the_way_to_their_list(self):
		leads = [put(answered(**self.mine()), next_contact_on=add_days(nowdate(), -days)) for days in (1, 3, 2)]
		with as_user(self.me):
			day = day_of(current_person(), shown=2)
			listed = frappe.get_list(LEAD, filters=day["more"][0]["filters"], pluck="name")
		self.assertEqual([leads[1].name, leads[2].name], [item["name"] for item in day["items"]])
		self.assertEqual((1, False, LEAD), tuple(day["more"][0][key] for key in ("count", "is_at_least", "doctype")))
		self.assertEqual({lead.name for lead in leads}, set(listed))

	def test_a_persons_tasks_are_found_by_an_index(self):
		self.assertTrue(frappe.db.has_index("tabToDo", TASKS_INDEX))


class TestRegistry(FrappeTestCase):
	def test_every_field_of_every_kind_of_work_exists(self):
		for work in all_work():
			known = frappe.get_meta(work.doctype).get_valid_columns()
			self.assertEqual([], [field for field in work.fields if field not in known], work.key)

	def test_the_page_knows_every_action_and_every_kind_has_its_own_key(self):
		page = (Path(frappe.get_app_path("crm4s")) / "crm4s/page/c4s_my_day/c4s_my_day.js").read_text()
		for action in {work.action for work in all_work() if work.action}:
			self.assertIn(f"{action}: [", page)
		keys = [work.key for work in all_work()]
		self.assertEqual(len(keys), len(set(keys)))
