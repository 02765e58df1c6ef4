"""The customer of ERPNext for one of ours whom a document needs now."""

import frappe
from frappe import _

from crm4s.erpnext_link import customers, pairs
from crm4s.erpnext_link.candidates import Candidates
from crm4s.erpnext_link.our_customers import CUSTOMER as OUR_CUSTOMER
from crm4s.erpnext_link.plan import Plan
from crm4s.erpnext_link.their_customers import CUSTOMER


def of(name: str, plan: Plan) -> str:
	"""Found, or made.

	Raises:
		frappe.ValidationError: a person must decide first, or ERPNext refused.
	"""
	if not _known(name):
		customers.find_or_make([name], plan, Candidates(), makes=True)
	found = _known(name)
	if not found:
		frappe.throw(_("Customer {0} is not linked to ERPNext yet; decide under Doubtful Customers, or see why ERPNext refused.").format(name))
	return found


def _known(name: str) -> str | None:
	pair = pairs.of_ours(OUR_CUSTOMER, [name], CUSTOMER).get(name)
	return pair.their_document if pair else None
