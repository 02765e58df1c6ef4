import json
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import contact, lose, make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.exceptions import InvalidIdentifierError, TooManyLookupsError
from crm4s.lead_intake import web
from crm4s.lead_intake.api import receive_leads
from crm4s.lead_intake.correction import discard, try_again
from crm4s.lead_intake.receive import receive
from crm4s.leads.pool import give_back
from crm4s.leads.tests.factories import make_store, remove_store
from crm4s.tests.at_once import at_once
from crm4s.tests.local_values import local_values_as_they_were
from crm4s.tests.people import as_user, make_user

PHONE = "13900139088"
PORTAL = "Vertical Car Portal"


class IntakeTestCase(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store, cls.other = make_store("TAKE-1"), make_store("TAKE-2")
		cls.model = make_model("TAKE-MODEL").name

	def setUp(self):
		frappe.db.savepoint("intake")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="intake")
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def facts(self, **values) -> dict:
		return {"lead_name": "赵敏", "phone": PHONE, "dealership": self.store, "interested_model": self.model, **values}

	def quarantined(self, result):
		self.assertEqual("Quarantined", result.outcome)
		return frappe.get_doc("C4S Quarantined Lead", result.quarantined)


class TestReceive(IntakeTestCase):
	def test_a_lead_is_taken_once_for_its_key(self):
		first = receive(self.facts(), PORTAL, "portal:1")
		again = receive(self.facts(lead_name="另一个"), PORTAL, "portal:1")
		self.assertEqual(("Created", "Known", first.lead), (first.outcome, again.outcome, again.lead))
		lead = frappe.get_doc("C4S Lead", first.lead)
		self.assertEqual(("赵敏", "+86" + PHONE, PORTAL, "Open"), (lead.lead_name, lead.phone, lead.source, lead.status))
		self.assertTrue(lead.workflow_state)

	def test_who_asks_again_joins_the_open_lead_and_fills_what_was_missing(self):
		lead = make_lead(phone=PHONE, dealership=self.store, grade="C", budget=150000, contacts=[contact(5)])
		result = receive(self.facts(budget=200000, email="zhao@example.com", needs="想看七座"), PORTAL, "portal:2")
		self.assertEqual(("Joined", lead.name), (result.outcome, result.lead))
		lead.reload()
		self.assertEqual((150000, "zhao@example.com", self.model), (lead.budget, lead.email, lead.interested_model))
		row = lead.contacts[-1]
		self.assertEqual((f"Asked again by {PORTAL}: 想看七座", 1), (row.summary, row.inbound))
		self.assertEqual(getdate(), lead.next_contact_on)
		again = receive(self.facts(), PORTAL, "portal:2")
		self.assertEqual(("Known", lead.name), (again.outcome, again.lead))

	def test_another_model_is_noted_beside_the_first(self):
		other = make_model("TAKE-OTHER").name
		lead = make_lead(phone=PHONE, dealership=self.store, interested_model=other)
		receive(self.facts(), PORTAL)
		lead.reload()
		self.assertEqual([self.model], [row.model for row in lead.other_models])

	def test_closed_leads_and_those_of_other_stores_are_not_joined(self):
		lose(make_lead(phone=PHONE, dealership=self.store))
		make_lead(phone=PHONE, dealership=self.other)
		self.assertEqual("Created", receive(self.facts(), PORTAL).outcome)

	def test_who_waits_in_the_pool_and_asks_again_stays_one_lead(self):
		lead = make_lead(phone=PHONE, dealership=self.store)
		give_back([lead.name], "联系不上")
		self.assertEqual(lead.name, receive(self.facts(), PORTAL).lead)

	def test_a_lead_without_a_phone_needs_another_way_to_answer(self):
		self.assertEqual("Created", receive(self.facts(phone=None, email="zhao@example.com"), PORTAL).outcome)
		row = self.quarantined(receive(self.facts(phone=None), PORTAL, "portal:3"))
		self.assertIn("A lead needs a phone number", row.reason)

	def test_what_is_wrong_is_kept_with_a_sentence_that_names_it(self):
		cases = {
			"Interested Model XX-9 is not known here.": {"interested_model": "XX-9"},
			"Dealership NOWHERE is not known here.": {"dealership": "NOWHERE"},
			"Source Radio is not known here.": {"source": "Radio"},
			"Dealership is missing.": {"dealership": None},
			"someday is no date and time.": {"received_on": "someday"},
			"The lead was received in the future, on 2099-01-01.": {"received_on": "2099-01-01"},
		}
		for number, (reason, values) in enumerate(cases.items()):
			row = self.quarantined(receive(self.facts(**values), PORTAL, f"portal:bad-{number}", payload={"raw": number}))
			self.assertEqual((reason, {"raw": number}, "Open"), (row.reason, json.loads(row.payload), row.status))
		row = self.quarantined(receive(self.facts(phone="12"), PORTAL))
		self.assertIn("12", row.reason)

	def test_the_same_bad_lead_is_kept_once(self):
		first = receive(self.facts(phone="12"), PORTAL, "portal:4")
		self.assertEqual(first, receive(self.facts(phone="12"), PORTAL, "portal:4"))

	def test_a_mail_that_frappe_makes_a_lead_of_has_a_store_source_and_next_step(self):
		change_settings(lead_mail_dealership=self.store)
		lead = frappe.new_doc("C4S Lead")
		lead.update({"email": "zhao@example.com", "needs": "想了解新车报价"})
		lead.flags.ignore_mandatory = True
		lead.insert(ignore_permissions=True)
		self.assertEqual((self.store, "E-mail Enquiry", "zhao"), (lead.dealership, lead.source, lead.lead_name))
		self.assertTrue(lead.respond_by and lead.next_action)


class TestQuarantine(IntakeTestCase):
	def bad(self, **values) -> str:
		return receive(self.facts(interested_model="XX-9", **values), PORTAL, "portal:5").quarantined

	def test_a_manager_corrects_and_tries_again(self):
		name = self.bad()
		with as_user(make_user("Sales Manager", [self.store])):
			self.assertEqual("Quarantined", try_again(name)["outcome"])
			row = frappe.get_doc("C4S Quarantined Lead", name)
			row.facts = json.dumps(self.facts())
			row.save()
			result = try_again(name)
		self.assertEqual("Created", result["outcome"])
		row = frappe.get_doc("C4S Quarantined Lead", name)
		self.assertEqual(("Solved", result["lead"], 3, "portal:5"), (row.status, row.lead, row.tries, row.external_key))
		self.assertEqual(("Known", result["lead"]), (receive(self.facts(), PORTAL, "portal:5").outcome, result["lead"]))
		self.assertRaisesRegex(frappe.ValidationError, "is Solved already", try_again, name)

	def test_facts_that_are_no_facts_are_refused(self):
		row = frappe.get_doc("C4S Quarantined Lead", self.bad())
		for text in ("{", "[1]"):
			row.facts = text
			self.assertRaises(frappe.ValidationError, row.save)

	def test_what_nothing_becomes_of_says_why(self):
		name = self.bad()
		self.assertRaisesRegex(frappe.ValidationError, "Say why nothing becomes of it", discard, name, "")
		discard(name, "广告")
		self.assertEqual("Discarded", frappe.db.get_value("C4S Quarantined Lead", name, "status"))

	def test_managers_see_what_came_for_their_stores_and_consultants_nothing(self):
		name = self.bad()
		for role, stores, sees in (("Sales Manager", [self.store], True), ("Sales Manager", [self.other], False)):
			with as_user(make_user(role, stores)):
				self.assertEqual(sees, bool(frappe.get_list("C4S Quarantined Lead", {"name": name})))
				if not sees:
					self.assertRaises(frappe.PermissionError, try_again, name)
		with as_user(make_user("Sales Consultant", [self.store])):
			self.assertRaises(frappe.PermissionError, try_again, name)

	def test_a_manager_does_not_send_a_lead_to_a_store_of_others(self):
		name = self.bad()
		frappe.db.set_value("C4S Quarantined Lead", name, "facts", json.dumps(self.facts(dealership=self.other)))
		with as_user(make_user("Sales Manager", [self.store])):
			self.assertRaises(frappe.PermissionError, try_again, name)


class TestPortals(IntakeTestCase):
	def setUp(self):
		super().setUp()
		self.mapping = frappe.get_doc(
			{
				**{"doctype": "C4S Lead Mapping", "mapping_name": "test-portal", "source": PORTAL, "default_dealership": self.store},
				**{"list_path": "leads", "key_path": "id"},
				"fields_of_lead": [
					{"field_name": "lead_name", "path": "user.name"},
					{"field_name": "phone", "path": "user.mobile"},
					{"field_name": "interested_model", "path": "car"},
					{"field_name": "dealership", "path": "shop"},
				],
				"values_of_lead": [{"field_name": "interested_model", "given": "Vela", "ours": self.model}],
			}
		).insert()
		self.sender = make_user("DMS Integration")

	def send(self, *leads) -> list[dict]:
		with as_user(self.sender):
			return receive_leads("test-portal", json.dumps({"leads": leads}))["results"]

	def sent(self, number: int, **values) -> dict:
		return {"id": number, "user": {"name": "赵敏", "mobile": f"1390013{number:04d}"}, "car": "vela", **values}

	def test_a_bad_row_stops_no_other_and_each_is_answered(self):
		results = self.send(self.sent(1), self.sent(2, car="Unknown"), self.sent(3))
		self.assertEqual(["Created", "Quarantined", "Created"], [result["outcome"] for result in results])
		self.assertEqual((2, 2, "Interested Model Unknown is not known here."), tuple(results[1][key] for key in ("row", "key", "reason")))
		self.assertEqual(self.model, frappe.db.get_value("C4S Lead", results[0]["lead"], "interested_model"))
		again = self.send(self.sent(1), self.sent(3))
		self.assertEqual([("Known", results[0]["lead"]), ("Known", results[2]["lead"])], [(row["outcome"], row["lead"]) for row in again])

	def test_a_system_of_some_stores_sends_for_these_only(self):
		self.sender = make_user("DMS Integration", [self.other])
		(result,) = self.send(self.sent(4))
		self.assertEqual("Quarantined", result["outcome"])
		self.assertIn("may not send leads for store TAKE-1", result["reason"])

	def test_only_those_who_may_make_leads_send_some(self):
		for role in ("Technician", "Data Analyst", "Sales Consultant"):
			self.sender = make_user(role, [self.store])
			self.assertRaises(frappe.PermissionError, self.send, self.sent(5))

	def test_a_mapping_that_is_not_enabled_takes_nothing(self):
		self.mapping.db_set("enabled", 0)
		self.assertRaises(frappe.DoesNotExistError, self.send, self.sent(6))

	def test_a_field_is_mapped_once(self):
		self.mapping.append("fields_of_lead", {"field_name": "phone", "path": "tel"})
		self.assertRaisesRegex(frappe.ValidationError, "phone.* is mapped twice", self.mapping.save)


class TestWebForm(IntakeTestCase):
	def request(self, **values):
		facts = {"phone": "139 0013 9088", "person_name": "赵敏", "dealership": self.store, "model": self.model, "consent": 1, **values}
		request = frappe.get_doc({"doctype": "C4S Lead Request", **facts})
		with as_user("Guest"):
			request.insert(ignore_permissions=True)
		request.reload()
		return request

	def test_a_request_becomes_a_lead_with_its_consent(self):
		request = self.request(message="想要报价")
		lead = frappe.get_doc("C4S Lead", request.lead)
		self.assertEqual(("Created", "Store Website", "想要报价"), (request.result, lead.source, lead.needs))
		self.assertTrue(lead.contact_consent_on and request.consent_text)

	def test_who_sends_it_does_not_learn_whether_the_number_has_a_lead(self):
		make_lead(phone=PHONE, dealership=self.store)
		request = frappe.get_doc({"doctype": "C4S Lead Request", "phone": PHONE, "dealership": self.store, "consent": 1})
		with as_user("Guest"):
			answer = request.insert(ignore_permissions=True).as_dict()
		self.assertEqual((None, None), (answer.result, answer.lead))
		self.assertEqual("Joined", frappe.db.get_value("C4S Lead Request", request.name, "result"))

	def test_nobody_is_called_without_consent_or_with_a_wrong_phone(self):
		self.assertRaisesRegex(frappe.ValidationError, "Please agree that the store contacts you", self.request, consent=0)
		self.assertRaises(InvalidIdentifierError, self.request, phone="12")

	def test_a_robot_that_fills_every_field_gets_no_lead(self):
		request = self.request(website="https://spam.example")
		self.assertEqual((None, None), (request.result, request.lead))

	def test_a_result_that_somebody_sends_along_is_not_believed(self):
		lead = make_lead(dealership=self.other)
		self.assertNotEqual(lead.name, self.request(lead=lead.name, result="Joined").lead)

	def test_one_connection_sends_ten_in_an_hour(self):
		frappe.local.request_ip = "203.0.113.9"
		self.addCleanup(setattr, frappe.local, "request_ip", None)
		self.addCleanup(frappe.cache.delete, frappe.cache.make_key("crm4s_lead_requests:203.0.113.9"))
		for number in range(web.PER_HOUR):
			self.request(phone=f"1390014{number:04d}")
		self.assertRaises(TooManyLookupsError, self.request)

	def test_the_form_offers_stores_and_models_and_nothing_else(self):
		with as_user("Guest"):
			offered = web.may_be_chosen()
		self.assertIn(self.model, [row["value"] for row in offered["models"]])
		self.assertEqual({"value", "label"}, {key for rows in offered.values() for row in rows for key in row})

	def test_what_it_offers_is_not_asked_without_end(self):
		with patch.object(web, "MOST_LOOKS", 2), as_user("Guest"), local_values_as_they_were("request_ip"):
			frappe.local.request_ip = f"203.0.113.{frappe.generate_hash(length=6)}"
			for _time in range(2):
				web.may_be_chosen()
			with self.assertRaisesRegex(TooManyLookupsError, "from your connection"):
				web.may_be_chosen()


class TestArrivalsAtTheSameTime(FrappeTestCase):
	"""Real connections: what they do is committed."""

	def setUp(self):
		frappe.db.rollback()
		self.store = make_store("TAKE-RACE")
		frappe.db.commit()

	def tearDown(self):
		remove_store(self.store)

	def arrive(self, *keys: str) -> list:
		facts = {"lead_name": "赵敏", "phone": PHONE, "dealership": self.store}
		results = at_once(*[lambda key=key: receive(facts, PORTAL, key) for key in keys])
		self.assertFalse([result for result in results if isinstance(result, Exception)], results)
		return results

	def test_ten_arrivals_of_one_phone_are_one_lead_with_all_their_words(self):
		results = self.arrive(*(f"race:{number}" for number in range(10)))
		(lead,) = frappe.get_all("C4S Lead", {"dealership": self.store}, pluck="name")
		self.assertEqual({lead}, {result.lead for result in results})
		self.assertEqual(["Created", *["Joined"] * 9], sorted(result.outcome for result in results))
		self.assertEqual(9, frappe.db.count("C4S Lead Contact", {"parent": lead}))

	def test_the_same_delivery_ten_times_at_once_is_taken_once(self):
		results = self.arrive(*["race:same"] * 10)
		self.assertEqual(["Created", *["Known"] * 9], sorted(result.outcome for result in results))
		self.assertEqual(1, frappe.db.count("C4S Lead", {"dealership": self.store}))
		(lead,) = frappe.get_all("C4S Lead", {"dealership": self.store}, pluck="name")
		self.assertEqual(0, frappe.db.count("C4S Lead Contact", {"parent": lead}))
