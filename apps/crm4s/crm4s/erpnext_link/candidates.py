"""ERPNext's customers that belong to no customer of ours yet, to be found by phone and tax number."""

from collections import defaultdict
from collections.abc import Iterable

import frappe

from crm4s.erpnext_link.matching import Candidate, Known
from crm4s.erpnext_link.presence import RECORD
from crm4s.erpnext_link.their_customers import CONTACT, CUSTOMER, phone_of


class Candidates:
	"""All of them, read once: two queries. Whoever is joined meanwhile is taken out by `take`."""

	def __init__(self):
		self.all: dict[str, Candidate] = {}
		self.by_number: dict[str, set[str]] = defaultdict(set)
		phones = _phones()
		for name, customer_name, tax_id, mobile_no in _unpaired():
			numbers = frozenset({*phones.get(name, ()), *filter(None, [phone_of(mobile_no)])})
			self._add(Candidate(name, customer_name, numbers, (tax_id or "").strip().upper() or None))

	def _add(self, candidate: Candidate) -> None:
		self.all[candidate.name] = candidate
		for number in (*candidate.phones, candidate.tax_number):
			if number:
				self.by_number[number].add(candidate.name)

	def of(self, known: Known) -> list[Candidate]:
		"""Those with one of the customer's numbers, in the order of their names."""
		names = self.by_number.get(known.phone, set()) | self.by_number.get(known.tax_number, set())
		return [self.all[name] for name in sorted(names) if name in self.all]

	def take(self, name: str) -> None:
		self.all.pop(name, None)


def _unpaired() -> Iterable[tuple]:
	customer, record = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType(RECORD)
	joined = frappe.qb.from_(customer).left_join(record).on((record.their_document == customer.name) & (record.their_type == CUSTOMER))
	return joined.where(record.name.isnull()).select(customer.name, customer.customer_name, customer.tax_id, customer.mobile_no).run()


def _phones() -> dict[str, set[str]]:
	"""By customer, all numbers of all contacts."""
	link, number = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Contact Phone")
	joined = frappe.qb.from_(link).join(number).on((number.parent == link.parent) & (number.parenttype == CONTACT))
	asked = joined.where((link.link_doctype == CUSTOMER) & (link.parenttype == CONTACT)).select(link.link_name, number.phone)
	found: dict[str, set[str]] = defaultdict(set)
	for name, raw in asked.run():
		if phone := phone_of(raw):
			found[name].add(phone)
	return found
