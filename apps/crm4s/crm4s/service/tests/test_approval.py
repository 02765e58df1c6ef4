from datetime import date

import frappe
from freezegun import freeze_time
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_part.test_c4s_part import make_part
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import approve, item, make_service_visit, settle
from crm4s.exceptions import SettlementError
from crm4s.service import actions, packages
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to, insert_in_status
from crm4s.workflows import states
from crm4s.workshop.tests.factories import finished, make_dispatched, make_technician, make_workshop_visit


def fresh(document):
	return frappe.get_doc(document.doctype, document.name)


class ServiceTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("SERVICE-1").name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def visit(self, *items: dict, **values):
		return make_service_visit(dealership=self.store, items=list(items) or [item(), item(item_name="更换刹车片", unit_price=500)], **values)

	def says(self, sentence: str, error=frappe.ValidationError):
		return self.assertRaisesRegex(error, sentence)

	def approvals(self, visit) -> list[str]:
		return [row.approval for row in fresh(visit).items]


class TestDecisions(ServiceTestCase):
	def test_an_item_waits_until_the_customer_decides(self):
		visit = self.visit()
		self.assertEqual((["Proposed", "Proposed"], 2), (self.approvals(visit), visit.undecided_items))
		first, second = visit.items
		actions.decide(visit.name, {first.name: "Approved", second.name: "Declined"})
		visit.reload()
		self.assertEqual((["Approved", "Declined"], 0), (self.approvals(visit), visit.undecided_items))
		self.assertEqual(("Desk", True), (visit.items[0].approved_by, bool(visit.items[0].approved_on)))

	def test_a_declined_item_counts_in_no_total(self):
		visit = self.visit(item(unit_price=300, unit_cost=100), item(unit_price=500, unit_cost=50))
		actions.decide(visit.name, {visit.items[1].name: "Declined"})
		visit.reload()
		self.assertEqual((300, 300, 300, 100, 200), tuple(visit.get(f"{field}") for field in ("total_amount", "labour_amount", "customer_amount", "cost_amount", "margin")))

	def test_nobody_writes_a_decision_by_saving(self):
		visit = self.visit()
		visit.items[0].update({"approval": "Approved", "approved_by": "Phone"})
		visit.save()
		self.assertEqual("Proposed", self.approvals(visit)[0])
		self.assertEqual(["Proposed"], [row.approval for row in self.visit(item(approval="Approved")).items])

	def test_a_word_on_the_phone_needs_a_note(self):
		visit = self.visit()
		with self.says("Note who decided on the phone", frappe.MandatoryError):
			actions.decide(visit.name, {visit.items[0].name: "Approved"}, "Phone")
		actions.decide(visit.name, {visit.items[0].name: "Approved"}, "Phone", "张先生 14:05")
		self.assertEqual(("Phone", "张先生 14:05"), tuple(fresh(visit).items[0].get(f) for f in ("approved_by", "approval_note")))

	def test_staff_do_not_answer_in_the_name_of_a_link(self):
		visit = self.visit()
		with self.says("Only the customer answers by link or in the portal", frappe.PermissionError):
			actions.decide(visit.name, {visit.items[0].name: "Approved"}, "Link")

	def test_items_of_another_visit_and_odd_words_are_refused_and_change_nothing(self):
		visit, other = self.visit(), self.visit()
		for decisions in ({other.items[0].name: "Approved"}, {visit.items[0].name: "Perhaps"}, {"x": "Approved"}):
			with self.says("An item or its decision is not known"):
				actions.decide(visit.name, {visit.items[1].name: "Approved", **decisions})
		with self.says("Choose at least one item"):
			actions.decide(visit.name, {})
		self.assertEqual(["Proposed"] * 4, self.approvals(visit) + self.approvals(other))

	def test_a_dearer_item_is_asked_anew_and_a_cheaper_one_is_not(self):
		visit = approve(self.visit(item(unit_price=300)))
		visit.items[0].unit_price = 280
		visit.save()
		self.assertEqual(["Approved"], self.approvals(visit))
		visit.items[0].unit_price = 280.01
		visit.save()
		self.assertEqual(("Proposed", "", 1), (visit.items[0].approval, visit.items[0].approved_by, visit.undecided_items))

	def test_another_work_under_an_approved_item_is_asked_anew(self):
		visit = approve(self.visit(item()))
		visit.items[0].item_name = "大保养"
		visit.save()
		self.assertEqual(["Proposed"], self.approvals(visit))

	def test_what_the_customer_shall_pay_after_all_is_asked_anew(self):
		visit = approve(self.visit(item(payer="Warranty")))
		visit.items[0].payer = "Customer"
		visit.save()
		self.assertEqual(["Proposed"], self.approvals(visit))

	def test_a_declined_item_at_another_price_is_a_new_offer(self):
		visit = self.visit(item(unit_price=300))
		actions.decide(visit.name, {visit.items[0].name: "Declined"})
		visit = fresh(visit)
		visit.items[0].unit_price = 200
		visit.save()
		self.assertEqual(["Proposed"], self.approvals(visit))

	def test_work_added_later_waits_while_the_rest_stays_approved(self):
		visit = approve(self.visit(item()))
		visit.append("items", item(item_name="更换空调滤芯", payer="Customer"))
		visit.save()
		self.assertEqual(["Approved", "Proposed"], self.approvals(visit))

	def test_over_the_counter_nobody_is_asked(self):
		visit = self.visit(item("Other"), visit_kind="Counter Sale")
		self.assertEqual((["Approved"], 0), (self.approvals(visit), visit.undecided_items))

	def test_who_only_reads_visits_decides_nothing(self):
		visit = self.visit()
		for role in ("Technician", "CRM Specialist"):
			with as_user(make_user(role, [self.store])), self.assertRaises(frappe.PermissionError):
				actions.decide(visit.name, {visit.items[0].name: "Approved"})

	def test_another_store_decides_nothing(self):
		visit = self.visit()
		other = make_dealership("SERVICE-2").name
		calls = (
			lambda: actions.decide(visit.name, {visit.items[0].name: "Approved"}),
			lambda: actions.quote(visit.name),
			lambda: actions.panels(visit.name),
			lambda: actions.proposals(visit.name),
			lambda: actions.make_link(visit.name),
			lambda: actions.send_link(visit.name),
			lambda: actions.look_ahead_of_link(visit.name),
			lambda: actions.revoke_links(visit.name),
			lambda: actions.begin_walk_round(visit.name),
			lambda: actions.fill_walk_round(visit.name, []),
			lambda: actions.add_photo(visit.name, "x", "y"),
			lambda: actions.open_comeback(visit.name, "又响了"),
			lambda: actions.log_follow_up(visit.name, "All Well", "好"),
		)
		with as_user(make_user("Service Advisor", [other])):
			for call in calls:
				self.assertRaises(frappe.PermissionError, call)


class TestQuotation(ServiceTestCase):
	def test_it_stamps_the_time_and_what_was_promised(self):
		visit = self.visit()
		with freeze_time("2040-03-01 02:00:00"):
			actions.quote(visit.name, "2040-03-01 17:30:00")
		visit.reload()
		self.assertTrue(visit.quoted_on)
		self.assertEqual("2040-03-01 17:30:00", str(visit.promised_on))

	def test_without_an_open_item_there_is_nothing_to_quote(self):
		with self.says("no item that waits for a decision"):
			actions.quote(approve(self.visit()).name)

	def test_the_car_is_not_promised_before_it_came(self):
		visit = self.visit()
		with self.says("Promised On must not be before the arrival"):
			actions.quote(visit.name, "2020-01-01 10:00:00")

	def test_odd_numbers_are_refused_in_a_sentence(self):
		for values in ({"unit_price": -1}, {"discount_amount": -1}, {"minutes": -5}, {"quantity": float("nan")}, {"unit_price": float("inf")}):
			with self.subTest(values), self.says("in row 1 must be a number that is not negative"):
				self.visit(item(**values))
		with self.says("more than any visit can cost"):
			self.visit(item(quantity=10**6, unit_price=10**6))

	def test_missing_parts_are_shared_in_the_order_of_the_rows(self):
		part = make_part("T-SHORT", availability=[{"dealership": self.store, "quantity": 3}]).name
		visit = self.visit(*(item("Part", part=part, quantity=2) for _ in range(2)))
		self.assertEqual([0, 1], [row.shortage for row in visit.items])
		self.assertEqual([{"part": part, "item_name": "常规保养", "shortage": 1.0}], actions.panels(visit.name)["missing_parts"])

	def test_what_was_declined_needs_no_parts(self):
		part = make_part("T-SHORT").name
		visit = self.visit(item("Part", part=part))
		actions.decide(visit.name, {visit.items[0].name: "Declined"})
		self.assertEqual((0, []), (fresh(visit).items[0].shortage, actions.panels(visit.name)["missing_parts"]))

	def test_the_hours_of_labour_are_its_minutes(self):
		visit = self.visit(item(quantity=1.5), item(quantity=1, minutes=25), item("Other"))
		self.assertEqual([90, 25, 0], [row.minutes for row in visit.items])


class TestSteps(ServiceTestCase):
	"""What happens moves the visit; which state waits for what is data of ours."""

	def setUp(self):
		super().setUp()
		frappe.db.delete("C4S Touchpoint Item", {"parenttype": "C4S Touchpoint", "mandatory": 1})
		frappe.clear_document_cache("C4S Touchpoint")

	def state(self, visit) -> str:
		return fresh(visit).workflow_state

	def test_a_quotation_and_its_decisions_lead_on(self):
		visit = self.visit()
		actions.quote(visit.name)
		self.assertEqual("Quotation", self.state(visit))
		first, second = visit.items
		actions.decide(visit.name, {first.name: "Approved"})
		self.assertEqual("Quotation", self.state(visit))
		actions.decide(visit.name, {second.name: "Declined"})
		self.assertEqual("Approved", self.state(visit))

	def test_work_added_in_the_repair_goes_back_to_the_quotation(self):
		visit = approve(self.visit(item()))
		states.enter(fresh(visit), "In Repair")
		visit = fresh(visit)
		visit.append("items", item(item_name="更换空调滤芯", payer="Customer"))
		visit.save()
		self.assertEqual("Quotation", self.state(visit))
		visit.concern = "还有异味"
		visit.save()

	def test_a_change_that_adds_no_work_leaves_the_repair(self):
		visit = approve(self.visit(item()))
		states.enter(fresh(visit), "In Repair")
		visit = fresh(visit)
		visit.concern = "还有异味"
		visit.save()
		self.assertEqual("In Repair", self.state(visit))


class TestSettlement(ServiceTestCase):
	def ready(self, *items):
		return approve(self.visit(*(items or [item(technician="Administrator")])))

	def test_it_waits_for_the_customers_decision(self):
		with self.says("The customer has not decided yet on: 常规保养"):
			bring_to(self.visit(item(technician="Administrator")), "Settled")

	def test_it_waits_for_the_technician_of_labour_in_the_workshop(self):
		with self.says("Enter the technician who did the work of: 常规保养"):
			bring_to(self.ready(item()), "Settled")
		self.assertEqual("Settled", bring_to(self.ready(item("Other")), "Settled").status)

	def test_at_the_customers_home_the_technician_may_stand_elsewhere(self):
		visit = approve(self.visit(item(), visit_kind="Home Service"))
		self.assertEqual("Settled", bring_to(visit, "Settled").status)

	def test_it_waits_for_the_work_and_its_final_check(self):
		visit = make_workshop_visit(self.store, item(technician="Administrator"))
		job = make_dispatched(visit, technician=make_technician(self.store, name="王师傅").name)
		with self.says("1 jobs of this visit are still open in the workshop", SettlementError):
			bring_to(fresh(visit), "Settled")
		finished(job)
		with self.says("The final quality check of the work has not been passed yet", SettlementError):
			bring_to(fresh(visit), "Settled")
		self.assertEqual(("Open", None), (fresh(visit).status, fresh(visit).settled_on))

	def test_what_is_worked_on_is_neither_declined_nor_taken_out(self):
		visit = make_workshop_visit(self.store, item(), item(item_name="更换刹车片"))
		job = make_dispatched(visit, technician=make_technician(self.store, name="王师傅").name)
		visit = fresh(visit)
		with self.says(f"is being worked on in job {job.name}; it cannot be declined"):
			actions.decide(visit.name, {visit.items[0].name: "Declined"})
		visit = fresh(visit)
		visit.items = visit.items[1:]
		with self.says(f"is being worked on in job {job.name}; cancel the job"):
			visit.save()

	def test_where_everything_was_declined_nothing_is_settled(self):
		visit = self.visit(item(technician="Administrator"))
		actions.decide(visit.name, {visit.items[0].name: "Declined"})
		with self.says("The customer declined every item"):
			bring_to(fresh(visit), "Settled")

	def test_the_bill_is_what_was_approved_by_payer_to_the_cent(self):
		visit = self.visit(
			item(unit_price=33.33, technician="Administrator"),
			item(unit_price=66.67, payer="Warranty", technician="Administrator"),
			item(unit_price=500),
		)
		approve(visit, **{visit.items[2].name: "Declined"})
		bring_to(visit, "Settled")
		self.assertEqual((33.33, 66.67, 100.0), (visit.customer_amount, visit.warranty_amount, visit.total_amount))

	def test_what_was_decided_does_not_change_after_the_bill(self):
		visit = settle(self.ready())
		with self.says("The visit is Settled; items are decided while it is open"):
			actions.decide(visit.name, {visit.items[0].name: "Declined"})

	def test_what_another_system_settled_is_not_asked_again(self):
		visit = self.visit(item(), status="Settled")
		self.assertEqual((["Approved"], None), (self.approvals(visit), visit.follow_up_task))

	def test_the_advice_names_when_the_car_is_due_and_what_was_declined(self):
		visit = self.visit(item(technician="Administrator"), item(item_name="更换刹车片"), odometer=0)
		frappe.db.set_value("C4S Customer", visit.customer, "language", "en")
		approve(visit, **{visit.items[1].name: "Declined"})
		frappe.db.set_value(
			"C4S Vehicle", visit.vehicle, {"next_service_on": date(2041, 5, 1), "next_service_km": 30000, "next_service_reason": "机油"}
		)
		bring_to(visit, "Settled")
		self.assertRegex(visit.next_service_advice, r"^Next service: .*2041.* or 30,000 km, whichever comes first \(机油\)\. Advised, not done this time: 更换刹车片\.$")

	def test_an_advice_that_was_written_stays(self):
		visit = self.ready()
		visit.next_service_advice = "下次四轮定位"
		self.assertEqual("下次四轮定位", bring_to(visit, "Settled").next_service_advice)

	def test_what_was_declined_is_proposed_next_time_until_it_is_done(self):
		visit = self.visit(item(technician="Administrator"), item(item_name="更换刹车片", unit_price=500))
		approve(visit, **{visit.items[1].name: "Declined"})
		bring_to(visit, "Settled")
		proposed = [row for row in packages.propose(visit.vehicle) if row["title"] == "更换刹车片"]
		self.assertEqual([500.0], [row["price"] for row in proposed])
		self.assertRegex(proposed[0]["reason"], "advised on .*, not done then")
		later = self.visit(item(item_name="更换刹车片", technician="Administrator"), vehicle=visit.vehicle, customer=visit.customer, arrived_on=frappe.utils.now_datetime())
		self.assertEqual(["更换刹车片"], [row["item_name"] for row in actions.panels(later.name)["declined_before"]])
		approve(later)
		self.assertEqual([], [row for row in packages.propose(visit.vehicle) if row["title"] == "更换刹车片"])


class TestFollowUp(ServiceTestCase):
	def settled(self, **values):
		return fresh(settle(self.visit(**values)))

	def task(self, visit):
		return frappe.get_doc("ToDo", visit.follow_up_task)

	def test_one_call_is_planned_three_days_after_the_settlement(self):
		advisor = make_user("Service Advisor", [self.store])
		visit = self.settled(service_advisor=advisor)
		task = self.task(visit)
		day = frappe.utils.getdate(frappe.utils.add_days(visit.settled_on, 3))
		self.assertEqual((advisor, day, day), (task.allocated_to, frappe.utils.getdate(task.date), visit.follow_up_on))
		bring_to(bring_to(visit, "Open"), "Settled")
		self.assertEqual(1, frappe.db.count("ToDo", {"reference_name": visit.name}))

	def test_nobody_is_called_after_a_sale_over_the_counter(self):
		visit = self.visit(item("Other"), visit_kind="Counter Sale", customer=make_customer().name)
		self.assertIsNone(bring_to(visit, "Settled").follow_up_task)

	def test_who_was_not_reached_is_called_again(self):
		visit = self.settled()
		actions.log_follow_up(visit.name, "Not Reached")
		tomorrow = frappe.utils.getdate(frappe.utils.add_days(frappe.utils.nowdate(), 1))
		self.assertEqual((tomorrow, "Open"), (fresh(visit).follow_up_on, self.task(visit).status))

	def test_an_outcome_ends_the_task_and_takes_the_visit_on(self):
		visit = self.settled()
		frappe.db.delete("C4S Touchpoint Item", {"parenttype": "C4S Touchpoint", "mandatory": 1})
		actions.log_follow_up(visit.name, "All Well", "异响没有了，很满意")
		visit.reload()
		self.assertEqual((None, "All Well", "Closed"), (visit.follow_up_on, visit.follow_up_outcome, self.task(visit).status))
		self.assertEqual(("Followed Up", "Settled"), (visit.workflow_state, visit.status))
		with self.says("The customer was called already"):
			actions.log_follow_up(visit.name, "All Well", "好")

	def test_an_outcome_needs_words_and_a_known_name(self):
		visit = self.settled()
		with self.says("Say in a few words"):
			actions.log_follow_up(visit.name, "All Well")
		with self.says("Outcome must be one of"):
			actions.log_follow_up(visit.name, "Whatever", "x")
		with self.says("must not lie in the past"):
			actions.log_follow_up(visit.name, "Not Reached", next_call_on="2020-01-01")

	def test_the_task_is_not_ticked_off_without_an_outcome(self):
		task = self.task(self.settled())
		task.status = "Closed"
		with self.says("with Log Follow-Up, how the call went"):
			task.save()

	def test_those_who_call_customers_log_without_writing_visits(self):
		visit = self.settled()
		with as_user(make_user("CRM Specialist", [self.store])):
			actions.log_follow_up(visit.name, "Something to Settle", "座椅没复位")
		self.assertEqual("Something to Settle", fresh(visit).follow_up_outcome)


class TestComeback(ServiceTestCase):
	def test_a_comeback_is_a_visit_of_its_own_shown_on_both(self):
		first = settle(self.visit())
		name = actions.open_comeback(first.name, "又响了")
		comeback = frappe.get_doc("C4S Service Visit", name)
		self.assertEqual((first.name, "Open", first.vehicle, "又响了"), tuple(comeback.get(f) for f in ("comeback_of", "status", "vehicle", "concern")))
		self.assertEqual([name], [row.name for row in actions.panels(first.name)["comebacks"]])

	def test_one_comeback_is_open_at_a_time(self):
		first = settle(self.visit())
		actions.open_comeback(first.name, "又响了")
		with self.says("is open for this comeback already"):
			actions.open_comeback(first.name, "还是响")

	def test_only_a_settled_visit_has_one_and_it_needs_words(self):
		with self.says("Only a settled visit has a comeback"):
			actions.open_comeback(self.visit().name, "又响了")
		with self.says("Note what the customer says"):
			actions.open_comeback(settle(self.visit()).name, " ")

	def test_it_follows_a_settled_visit_of_the_same_car(self):
		first, other = settle(self.visit()), self.visit()
		for of in (first.name, other.name):
			with self.says("A comeback follows"):
				self.visit(comeback_of=of)

	def test_it_is_not_hung_on_another_visit_later(self):
		visit = self.visit()
		visit.comeback_of = settle(self.visit()).name
		visit.save()
		self.assertIsNone(fresh(visit).comeback_of)


class TestFactsStay(ServiceTestCase):
	def test_what_only_actions_write_is_not_written_by_saving(self):
		visit = self.visit()
		visit.update({"quoted_on": "2040-01-01", "signed_on": "2040-01-01", "damage_marks": "[1]", "follow_up_outcome": "All Well"})
		visit.append("walk_round", {"item": "机盖"})
		visit.save()
		visit.reload()
		self.assertEqual((None, None, None, "", []), (visit.quoted_on, visit.signed_on, visit.damage_marks, visit.follow_up_outcome, visit.walk_round))

	def test_a_visit_in_status_of_another_system_keeps_its_items(self):
		values = {"doctype": "C4S Service Visit", "dealership": self.store, "visit_kind": "Counter Sale", "status": "Settled", "items": [item("Other")]}
		self.assertEqual("Settled", insert_in_status(values).status)
