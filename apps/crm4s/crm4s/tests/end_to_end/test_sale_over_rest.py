"""The same sale over REST, each role with its own key, as an integrator would do it; in between what is refused, and that nothing of it stays."""

import json
from urllib.parse import quote

import frappe
from frappe.utils import add_days, add_to_date, getdate, now_datetime, nowdate

from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.end_to_end.rest import Caller
from crm4s.tests.end_to_end.sales_store import PRICE, make_sales_store

NUMBER, BUYER = "13800138078", "欧阳若水"
VISIT, LEAD, DRIVE, DEAL, SERVICE = "C4S Showroom Visit", "C4S Lead", "C4S Test Drive", "C4S Deal", "C4S Deal Service"
SIGNATURE = "data:image/png;base64,iVBORw0KGgo="
DEAL_ACTIONS = "crm4s.crm4s.doctype.c4s_deal.actions."


class TestSaleOverRest(CommittingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_sales_store("E2E-REST")
		for job in ("receptionist", "consultant", "manager", "technician"):
			setattr(cls, job, Caller(getattr(cls.store, job)))
		frappe.db.commit()

	def refused(self, kind: str, sentence: str, answered: tuple[int, dict]) -> None:
		"""An error of this kind, with a sentence for people and no trace of the server's insides among the messages."""
		status, answer = answered
		self.assertGreaterEqual(status, 400, answer)
		said = " ".join(json.loads(message)["message"] for message in json.loads(answer.get("_server_messages") or "[]"))
		self.assertEqual(kind, answer["exc_type"], said)
		self.assertRegex(said, sentence)

	def stored(self, doctype: str, name: str, *fields: str) -> tuple:
		frappe.db.rollback()
		return frappe.db.get_value(doctype, name, fields)

	def test_from_the_door_to_the_call_after_delivery(self):
		visit, lead = self.visit_and_lead()
		self.walk_lead(lead)
		self.drive(lead)
		deal = self.quoted_deal(lead)
		self.order(deal, lead)
		self.allocate(deal)
		self.deliver(deal)
		self.call_after_delivery(deal)
		self.consultant.call("crm4s.reception.api.leave", visit=visit)

	def visit_and_lead(self) -> tuple[str, str]:
		store = self.store.name
		self.consultant.call("crm4s.reception.api.set_presence", dealership=store, state="In Line")
		visit = self.receptionist.call("crm4s.reception.api.receive", dealership=store, phone=NUMBER, visitor_name=BUYER)
		self.receptionist.call("crm4s.reception.api.hand_over", visit=visit)
		self.consultant.call("crm4s.reception.api.take", visit=visit)
		self.refused("InvalidIdentifierError", "138001 is not in use; check its digits", self.lead_request(phone="138001"))
		return visit, self.consultant.call("crm4s.reception.api.open_lead", visit=visit)["lead"]

	def lead_request(self, **values) -> tuple[int, dict]:
		known = {"lead_name": "周一一", "source": "Walk-in", "received_on": str(now_datetime()), "dealership": self.store.name}
		return self.consultant.send("POST", f"/api/resource/{quote(LEAD)}", {**known, **values})

	def walk_lead(self, lead: str) -> None:
		before = self.consultant.read(LEAD, lead)
		contact = {"contacted_on": str(now_datetime()), "channel": "Showroom Visit", "summary": "到店看车"}
		self.consultant.change(LEAD, lead, contacts=[contact], interested_model=self.store.model, purpose="Home", budget=220_000)
		self.refused(
			"TimestampMismatchError",
			"modified",
			self.consultant.send("PUT", f"/api/resource/{quote(LEAD)}/{lead}", {"modified": before["modified"], "budget": 1}),
		)
		early = {"contacts": [{**contact, "contacted_on": "2020-01-01 10:00:00"}]}
		self.refused("ValidationError", "earlier than the lead was received", self.consultant.send("PUT", f"/api/resource/{quote(LEAD)}/{lead}", early))
		self.refused("DuplicateLeadError", "has the same phone number and is open", self.lead_request(phone=NUMBER))
		self.consultant.take_action(LEAD, lead, "Explore Needs")
		self.refused("OpenItemsError", "Use, budget and time of purchase established", self.action_request(self.consultant, LEAD, lead, "Present Car"))
		self.assertEqual(("Needs", 220_000), self.stored(LEAD, lead, "workflow_state", "budget"))
		self.refused("WorkflowTransitionError", "another role", self.action_request(self.receptionist, LEAD, lead, "Present Car"))
		self.consultant.tick_mandatory(LEAD, lead)
		self.consultant.take_action(LEAD, lead, "Present Car")
		self.consultant.take_action(LEAD, lead, "Go for Test Drive")

	def action_request(self, who: Caller, doctype: str, name: str, action: str, **values) -> tuple[int, dict]:
		body = {"document_type": doctype, "document_name": name, "action": action, "values": values}
		return who.send("POST", "/api/method/crm4s.workflows.actions.take_action", body)

	def drive(self, lead: str) -> None:
		begins = add_to_date(now_datetime(), hours=1, as_datetime=True).replace(microsecond=0)
		plan = {"lead": lead, "resource": self.car_to_drive(), "planned_from": str(begins), "planned_to": str(add_to_date(begins, minutes=30))}
		drive = self.consultant.insert(DRIVE, dealership=self.store.name, **plan)["name"]
		self.refused("SlotTakenError", "next free", self.consultant.send("POST", f"/api/resource/{quote(DRIVE)}", {"dealership": self.store.name, **plan}))
		self.refused("TestDriveError", "needed", self.consultant.send("PUT", f"/api/resource/{quote(DRIVE)}/{drive}", {"status": "Driving"}))
		self.assertEqual(("Planned", None), self.stored(DRIVE, drive, "status", "started_on"))
		licence = {"licence_number": "110101199003074311", "licence_class": "C1", "licence_valid_until": "2035-01-01", "licence_checked": 1}
		self.consultant.change(DRIVE, drive, status="Driving", odometer_out=1200, agreement_signature=SIGNATURE, **licence)
		self.consultant.change(DRIVE, drive, status="Done", odometer_in=1212, likely_to_buy="Likely")
		self.consultant.tick_mandatory(LEAD, lead)
		self.consultant.take_action(LEAD, lead, "Quote")

	def car_to_drive(self) -> str:
		return frappe.db.get_value("C4S Resource", {"dealership": self.store.name, "kind": "Test-Drive Car"})

	def deal_call(self, who: Caller, deal: str, action: str, /, **values) -> tuple[int, dict]:
		return who.send("POST", f"/api/method/{DEAL_ACTIONS}{action}", {"deal": deal, **values})

	def do(self, who: Caller, deal: str, action: str, /, **values):
		return who.call(DEAL_ACTIONS + action, deal=deal, **values)

	def quoted_deal(self, lead: str) -> str:
		customer = self.consultant.call("crm4s.conversion.api.convert_document", source_doctype=LEAD, source_name=lead)["customer"]
		self.assertEqual(
			customer, self.consultant.call("crm4s.conversion.api.convert_document", source_doctype=LEAD, source_name=lead)["customer"]
		)
		facts = {"dealership": self.store.name, "customer": customer, "lead": lead, "model": self.store.model}
		count = frappe.db.count(DEAL)
		for sentence, wrong in (
			("must not be negative", {"discount_amount": -1}),
			("must not be negative", {"items": [{"item_name": "贴膜", "quantity": 1, "unit_price": -100}]}),
			("guide price", {"list_price": PRICE - 1}),
			("lie in the past", {"promised_on": add_days(nowdate(), -1)}),
		):
			self.refused("ValidationError", sentence, self.consultant.send("POST", f"/api/resource/{quote(DEAL)}", {**facts, **wrong}))
		frappe.db.rollback()
		self.assertEqual(count, frappe.db.count(DEAL))
		deal = self.consultant.insert(DEAL, **facts, discount_amount=8000, discount_reason="竞品优惠", agreed_deposit=5000)["name"]
		self.refused("ValidationError", "waits for approval", self.deal_call(self.consultant, deal, "quote"))
		self.consultant.take_action(DEAL, deal, "Request Discount Approval")
		self.refused("PermissionError", "Your limit", self.deal_call(self.consultant, deal, "approve_discount"))
		self.do(self.manager, deal, "approve_discount")
		self.do(self.consultant, deal, "quote")
		self.assertEqual(("Quotation", 1), self.stored(DEAL, deal, "workflow_state", "quotation_count"))
		return deal

	def order(self, deal: str, lead: str) -> None:
		promise = {"promised_on": add_days(nowdate(), 7)}
		self.consultant.tick_mandatory(DEAL, deal)
		self.refused("ValidationError", "agreed deposit", self.action_request(self.consultant, DEAL, deal, "Sign Order", **promise))
		self.assertEqual(("Quoted", None), self.stored(DEAL, deal, "status", "promised_on"))
		self.refused("ValidationError", "Amount must be more than 0", self.deal_call(self.consultant, deal, "record_payment", kind="Deposit", amount=-5, method="Cash"))
		self.do(self.consultant, deal, "record_payment", kind="Deposit", amount=5000, method="WeChat Pay")
		self.consultant.take_action(DEAL, deal, "Sign Order", **promise)
		self.assertEqual("Won", self.stored(LEAD, lead, "status", "name")[0])

	def allocate(self, deal: str) -> None:
		vin = self.store.vins[0]
		self.refused("DoesNotExistError", "No car of your store", self.deal_call(self.consultant, deal, "allocate", vin="LTVBA42E8S9999999"))
		self.do(self.consultant, deal, "allocate", vin=vin)
		self.refused("CarTakenError", deal, self.deal_call(self.consultant, self.another_order(), "allocate", vin=vin))
		service = self.consultant.insert(SERVICE, deal=deal, kind="Insurance", charged_amount=5200)["name"]
		for action in ("Car Arrived", "Start PDI"):
			self.consultant.tick_mandatory(DEAL, deal)
			self.consultant.take_action(DEAL, deal, action)
		self.consultant.change(SERVICE, service, status="Done")

	def another_order(self) -> str:
		"""Somebody else who wants a car of the same model."""
		customer = self.consultant.call("crm4s.conversion.api.enter_prospect", customer_name="另一位", phone="13800138079")["customer"]
		facts = {"dealership": self.store.name, "customer": customer, "model": self.store.model, "promised_on": add_days(nowdate(), 9)}
		deal = self.consultant.insert(DEAL, **facts)["name"]
		self.consultant.tick_mandatory(DEAL, deal)
		self.do(self.consultant, deal, "order")
		return deal

	def deliver(self, deal: str) -> None:
		self.sign(self.technician, deal, "PDI")
		self.consultant.tick_mandatory(DEAL, deal)
		self.consultant.take_action(DEAL, deal, "Ready for Delivery")
		self.consultant.tick_mandatory(DEAL, deal)
		self.refused("DeliveryRefusedError", "not signed by the customer.*still due", self.deal_call(self.consultant, deal, "deliver"))
		self.assertEqual(("Ordered", None), self.stored(DEAL, deal, "status", "delivered_on"))
		self.assertEqual(403, self.deal_call(self.technician, deal, "deliver")[0])
		self.do(self.consultant, deal, "record_payment", kind="Payment", amount=self.consultant.read(DEAL, deal)["balance_due"], method="Bank Transfer")
		self.sign(self.consultant, deal, "Delivery")
		self.do(self.consultant, deal, "deliver")
		status, vehicle, customer, due = self.stored(DEAL, deal, "status", "vehicle", "customer", "follow_up_on")
		self.assertEqual(("Delivered", getdate(add_days(nowdate(), 3))), (status, due))
		owner, until = self.stored("C4S Vehicle", vehicle, "current_owner", "warranty_until")
		self.assertEqual((customer, getdate().replace(year=getdate().year + 3)), (owner, until))
		self.refused("ValidationError", "cannot change any more", self.consultant.send("PUT", f"/api/resource/{quote(DEAL)}/{deal}", {"discount_amount": 1}))

	def sign(self, who: Caller, deal: str, kind: str) -> None:
		self.do(who, deal, "begin_checklist", kind=kind)
		rows = who.read(DEAL, deal)[f"{kind.lower()}_items"]
		self.do(who, deal, "fill_checklist", kind=kind, results=[{"name": row["name"], "result": "OK"} for row in rows], signature=SIGNATURE)

	def call_after_delivery(self, deal: str) -> None:
		task = self.stored(DEAL, deal, "follow_up_task", "name")[0]
		self.refused("ValidationError", "how the call went", self.consultant.send("PUT", f"/api/resource/ToDo/{task}", {"status": "Closed"}))
		self.do(self.consultant, deal, "log_follow_up", channel="Phone", outcome="Not Reached")
		self.do(self.consultant, deal, "log_follow_up", channel="Phone", outcome="All Well", summary="一切都好")
		self.assertEqual(("Followed Up", None, "All Well"), self.stored(DEAL, deal, "workflow_state", "follow_up_on", "follow_up_outcome"))
		self.assertEqual("Closed", self.stored("ToDo", task, "status", "name")[0])
