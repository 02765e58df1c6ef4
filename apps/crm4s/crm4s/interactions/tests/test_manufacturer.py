"""The manufacturer's voice: several voices in one report, and the answer to each customer."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase, make_interaction
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.interactions import manufacturer
from crm4s.tests.people import as_user, make_user


class TestManufacturersVoice(InteractionTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.specialist = make_user("CRM Specialist", [cls.store])
		cls.model = make_model().name

	def voice(self, category: str = "Design Wish", **values) -> str:
		return make_interaction(category=category, model=self.model, said="想要电动尾门", **values).name

	def report(self, name: str):
		return frappe.get_doc("C4S Manufacturer Report", name)

	def test_several_voices_are_one_report_and_every_customer_is_told_once(self):
		customer = make_customer(store=self.store).name
		first, second, third = self.voice(customer=customer), self.voice(customer=customer), self.voice()
		with as_user(self.specialist):
			name = manufacturer.join(first, title="电动尾门", description="希望有电动尾门")
			manufacturer.join(second, report=name)
			manufacturer.join(third, report=name)
			self.assertEqual((3, "Collecting", "Design Wish"), (self.report(name).voices, self.report(name).status, self.report(name).kind))
			manufacturer.send(name, "TMC-77")
			self.assertEqual(2, manufacturer.take_answer(name, "2027 款将提供。"))
			manufacturer.close(name)
		report = self.report(name)
		self.assertEqual(("Closed", "TMC-77", "2027 款将提供。"), (report.status, report.manufacturer_number, report.manufacturer_answer))
		messages = frappe.get_all("C4S Message", {"source_key": ["like", f"manufacturer:{name}:%"]}, ["customer", "template"])
		self.assertEqual({(customer, "厂家答复"), (self.fresh(third).customer, "厂家答复")}, {(row.customer, row.template) for row in messages})

	def test_the_groups_report_collects_the_voices_of_every_store(self):
		report = frappe.get_doc({"doctype": "C4S Manufacturer Report", "model": self.model, "kind": "Design Wish", "title": "电动尾门", "description": "各店"}).insert()
		report.db_set("dealership", None)
		voice = self.voice()
		with as_user(self.specialist):
			self.assertEqual(report.name, manufacturer.join(voice, report=report.name))
			self.assertRaises(frappe.PermissionError, manufacturer.send, report.name)
		self.assertEqual(1, self.report(report.name).voices)

	def test_only_what_belongs_together_is_joined(self):
		name = manufacturer.join(self.voice())
		with self.assertRaisesRegex(frappe.ValidationError, "The report is about"):
			manufacturer.join(self.voice(category="Safety Concern"), report=name)
		with self.assertRaisesRegex(frappe.ValidationError, "Choose a category for the manufacturer"):
			manufacturer.join(make_interaction(category="Other Contact").name)
		joined = self.voice()
		manufacturer.join(joined, report=name)
		with self.assertRaisesRegex(frappe.ValidationError, "already"):
			manufacturer.join(joined, report=name)

	def test_steps_come_in_their_order(self):
		name = manufacturer.join(self.voice())
		with self.assertRaisesRegex(frappe.ValidationError, "that was sent"):
			manufacturer.take_answer(name, "x")
		manufacturer.send(name)
		with self.assertRaisesRegex(frappe.ValidationError, "sent already"):
			manufacturer.join(self.voice(), report=name)
		with self.assertRaisesRegex(frappe.ValidationError, "that was answered"):
			manufacturer.close(name)

	def test_another_stores_voice_is_refused(self):
		other = self.voice(dealership=self.other)
		with as_user(self.specialist), self.assertRaises(frappe.PermissionError):
			manufacturer.join(other)
