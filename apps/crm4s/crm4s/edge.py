"""Between the pure rules and Frappe: a `Problem` of the pure core becomes a refusal in the user's language."""

from contextlib import contextmanager

import frappe
from frappe import _

from crm4s.exceptions import InvalidIdentifierError
from crm4s.identifiers.problem import Problem


def sentence(problem: Problem) -> str:
	"""The problem's sentence in the language of the current user."""
	return _(problem.template).format(**problem.arguments)


@contextmanager
def plain_refusal():
	"""Inside the block a Problem is thrown as InvalidIdentifierError with a translated sentence."""
	try:
		yield
	except Problem as problem:
		frappe.throw(sentence(problem), InvalidIdentifierError)
