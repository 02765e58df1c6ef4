import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import make_survey
from crm4s.tests.store_documents import StoreDocumentTests


def make_invitation(survey: str | None = None, dealership: str | None = None, **overrides):
	"""A saved invitation that can be answered for a week, by default of a fresh customer to a fresh survey."""
	store = dealership or make_dealership("SURVEY-1").name
	values = {
		"doctype": "C4S Survey Invitation",
		"survey": survey or make_survey().name,
		"dealership": store,
		"customer": overrides.get("customer") or make_customer(store=store).name,
		"due_on": nowdate(),
		"expires_on": f"{add_days(nowdate(), 7)} 23:59:59",
	}
	values.update(overrides)
	return frappe.get_doc(values).insert(ignore_permissions=True)


class TestInvitationsOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Survey Invitation"
	role = "CRM Specialist"

	def make_document_of(self, store: str):
		return make_invitation(dealership=store)

	def test_a_document_of_another_store_cannot_be_drawn_into_the_own(self):
		"""Nobody writes invitations by hand, whatever their store."""
		own = self.make_document_of(self.own)
		frappe.set_user(self.user)
		self.assertFalse(frappe.has_permission(self.doctype, "write", doc=own.name))

	def test_those_of_a_time_are_found_by_an_index(self):
		"""The report of response rates reads months out of years, of one store or all."""
		places = frappe.db.sql("show index from `tabC4S Survey Invitation` where Column_name = 'due_on'", as_dict=True)
		# Alone, and behind the store.
		self.assertLessEqual({1, 2}, {row.Seq_in_index for row in places})
