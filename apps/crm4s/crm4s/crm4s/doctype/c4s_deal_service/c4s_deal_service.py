"""A service that comes along with a car: finance, insurance, plate, tax, accessory, extended warranty, an errand."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, flt, getdate, now_datetime, nowdate

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission

OPEN, IN_PROGRESS, DONE, CANCELLED = "Open", "In Progress", "Done", "Cancelled"
UNFINISHED = (OPEN, IN_PROGRESS)
DEAL = "C4S Deal"


class C4SDealService(Document):
	def before_insert(self):
		self.responsible = self.responsible or frappe.db.get_value(DEAL, self.deal, "sales_consultant")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.take_from_deal()
		self.validate_may_write_deal()
		self.validate_deal_goes_on()
		self.set_due_date()
		self.set_done_on()

	def on_update(self):
		self.tell_deal()

	def on_trash(self):
		self.refuse_to_lose_money()

	def after_delete(self):
		if _charge(self) or _cost(self):
			frappe.get_doc(DEAL, self.deal, for_update=True).save_facts()

	def take_from_deal(self):
		"""Lock the deal until the end of the transaction: whoever saves the deal meanwhile would miss this service."""
		self._deal = frappe.db.get_value(
			DEAL, self.deal, ["dealership", "customer", "status"], as_dict=True, for_update=True
		)
		if not self._deal:
			frappe.throw(_("There is no deal {0}.").format(frappe.bold(frappe.utils.escape_html(self.deal))))
		self.dealership, self.customer = self._deal.dealership, self._deal.customer
		self.customer_name = frappe.db.get_value("C4S Customer", self.customer, "customer_name")

	def validate_may_write_deal(self):
		if not self.flags.ignore_permissions and not has_store_permission(self):
			frappe.throw(_("You do not work for the store of this deal."), frappe.PermissionError)

	def validate_deal_goes_on(self):
		"""After delivery services are still finished, but the customer has his account."""
		if self._deal.status in ("Delivered", "Cancelled") and self.charge_before() != _charge(self):
			frappe.throw(
				_("What the customer is charged cannot change any more: the deal is {0}.").format(_(self._deal.status))
			)

	def charge_before(self) -> float:
		before = self.get_doc_before_save()
		return _charge(before) if before else 0

	def set_due_date(self):
		if self.is_new() and self.due_on and getdate(self.due_on) < getdate(nowdate()):
			frappe.throw(_("Due On must not lie in the past."))
		if self.due_on or self.status not in UNFINISHED:
			return
		days = frappe.get_cached_value("C4S Deal Service Kind", self.kind, "days")
		self.due_on = add_days(nowdate(), days or 0)

	def set_done_on(self):
		self.done_on = (self.done_on or now_datetime()) if self.status == DONE else None

	def refuse_to_lose_money(self):
		if frappe.db.get_value(DEAL, self.deal, "status") == "Delivered" and _charge(self):
			frappe.throw(_("The deal is delivered; what the customer was charged for stays."))

	def tell_deal(self):
		"""The deal's totals hold what the customer is charged for its services, and what they cost."""
		before = self.get_doc_before_save()
		if (self.charge_before(), _cost(before)) != (_charge(self), _cost(self)):
			frappe.get_doc(DEAL, self.deal, for_update=True).save_facts()


def _charge(service) -> float:
	"""What the customer pays; nothing for a service that was cancelled."""
	return 0 if service.status == CANCELLED else flt(service.charged_amount, 2)


def _cost(service) -> float:
	return 0 if not service or service.status == CANCELLED else flt(service.cost_amount, 2)


def charged_services(deal: str) -> list[dict]:
	"""The services of a deal that count, also those that somebody saved a moment ago."""
	rows = frappe.db.get_values(
		"C4S Deal Service",
		{"deal": deal, "status": ["!=", CANCELLED]},
		["name", "kind", "provider", "charged_amount", "cost_amount", "status"],
		as_dict=True,
		order_by="creation, name",
		for_update=True,
	)
	return list(rows)


def unfinished_mandatory(deal: str) -> list[str]:
	"""Kinds of services that delivery waits for, as their order says."""
	service, kind = frappe.qb.DocType("C4S Deal Service"), frappe.qb.DocType("C4S Deal Service Kind")
	rows = (
		frappe.qb.from_(service)
		.join(kind)
		.on(kind.name == service.kind)
		.where((service.deal == deal) & service.status.isin(UNFINISHED) & (kind.mandatory == 1))
		.orderby(kind.sequence)
		.select(service.kind)
		.distinct()
		.run()
	)
	return [row[0] for row in rows]


def on_doctype_update():
	frappe.db.add_index("C4S Deal Service", ["dealership", "modified"])
	frappe.db.add_index("C4S Deal Service", ["dealership", "status", "due_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Deal Service", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
