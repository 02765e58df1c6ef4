"""New models, for customers and guests: comparing, putting together, asking for a quotation."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.crm4s.doctype.c4s_vehicle_option.test_c4s_vehicle_option import make_option
from crm4s.portal.tests.visiting import ADDRESS, PortalTestCase, make_viewer
from crm4s.settings import setting

MODELS, COMPARE, CONFIGURE = "/my/models", "/my/models/compare", "/my/configure"
PHONE = "13800138461"


class ModelsTestCase(PortalTestCase):
	def setUp(self):
		super().setUp()
		frappe.cache().delete_keys(f"crm4s_lead_requests:{ADDRESS}")
		self.store = make_dealership("PORTAL-1", outlet_type="4S Store").name
		self.model = make_model("T-PORTAL", series="门户轿车", guide_price=200_000, seats=5)


class TestLooking(ModelsTestCase):
	def test_guests_see_models_that_are_sold_and_no_others(self):
		gone = make_model("T-PORTAL-OLD", series="停售轿车", enabled=0)
		html = self.get(MODELS).html
		self.assertIn(self.model.model_title, html)
		self.assertIn("200,000", html)
		self.assertNotIn(gone.model_title, html)

	def test_up_to_three_stand_side_by_side(self):
		others = [make_model(f"T-PORTAL-{number}", series=f"门户车型{number}", guide_price=150_000 + number) for number in range(1, 4)]
		path = COMPARE + "?" + "&".join(f"m={model.name}" for model in (self.model, *others))
		html = self.get(path).html
		for model in (self.model, *others[:2]):
			self.assertIn(f"<span>{model.model_title}</span>", html)
		self.assertNotIn(f"<span>{others[2].model_title}</span>", html)
		self.assertEqual(200, self.get(COMPARE + "?m=nothing").status)

	def test_the_sum_follows_the_options_that_are_chosen_and_fit(self):
		roof, foreign = make_option("T-P-ROOF", price=8000, models=[{"model": self.model.name}]), make_option("T-P-ELSE", option_name="别款套件", models=[{"model": make_model().name}])
		html = self.get(f"{CONFIGURE}?model={self.model.name}&o={roof.name}&o={foreign.name}", model=self.model.name).html
		self.assertIn("208,000", html)
		self.assertNotIn("别款套件", html)
		self.assertIn("200,000", self.get(f"{CONFIGURE}?model={self.model.name}", model=self.model.name).html)


class TestAsking(ModelsTestCase):
	def ask(self, who=None, **form):
		return self.post(CONFIGURE, "ask", who, model=self.model.name, store=self.store, **form)

	def test_a_customer_asks_and_a_lead_holds_what_was_chosen(self):
		roof = make_option("T-P-ROOF", price=8000, models=[{"model": self.model.name}])
		viewer = make_viewer(make_customer(PHONE, store=self.store).name)
		answer = self.ask(viewer, options=f"{roof.name},NO-SUCH", words="想要白色")
		self.assertEqual(303, answer.status, answer.html)
		lead = frappe.get_doc("C4S Lead", {"customer": viewer.customer})
		self.assertEqual((self.model.name, self.store, setting("portal_lead_source")), (lead.interested_model, lead.dealership, lead.source))
		for text in ("全景天窗", "208,000", "想要白色"):
			self.assertIn(text, lead.needs)

	def test_who_asks_again_gives_the_open_lead_another_word(self):
		viewer = make_viewer(make_customer(PHONE, store=self.store).name)
		self.ask(viewer)
		self.ask(viewer, words="还想看SUV")
		lead = frappe.get_doc("C4S Lead", {"customer": viewer.customer})
		self.assertIn("还想看SUV", lead.contacts[-1].summary)

	def test_a_guest_says_name_phone_and_yes(self):
		refused = self.ask(person_name="赵女士", phone=PHONE)
		self.assertEqual(422, refused.status)
		self.assertIn("赵女士", refused.html)
		for left_out in ("person_name", "phone"):
			form = {"person_name": "赵女士", "phone": PHONE, "consent": "1"}
			form.pop(left_out)
			self.assertEqual(422, self.ask(**form).status)
		answer = self.ask(person_name="赵女士", phone=PHONE, consent="1")
		self.assertEqual((303, "/my/models/thanks"), (answer.status, answer.to), answer.html)
		self.assertEqual("赵女士", frappe.db.get_value("C4S Lead", {"phone": ["like", f"%{PHONE}"]}, "lead_name"))
		self.assertIn("尽快联系您", self.get(answer.to).html)

	def test_a_store_and_a_model_that_there_are_not_are_refused(self):
		viewer = make_viewer()
		self.assertEqual(422, self.post(CONFIGURE, "ask", viewer, model="NO-SUCH", store=self.store).status)
		self.assertEqual(422, self.post(CONFIGURE, "ask", viewer, model=self.model.name, store="NO-SUCH").status)
		self.assertFalse(frappe.db.exists("C4S Lead", {"customer": viewer.customer}))
