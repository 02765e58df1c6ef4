"""Between the pure rules and Frappe: a `Problem` of the pure core becomes a refusal in the user's language."""

from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import escape_html

from crm4s.exceptions import InvalidIdentifierError
from crm4s.identifiers.problem import Problem


def sentence(problem: Problem) -> str:
	"""The problem's sentence in the language of the current user, safe to be shown as HTML."""
	shown = {name: escape_html(value) if isinstance(value, str) else value for name, value in problem.arguments.items()}
	return _(problem.template).format(**shown)


@contextmanager
def plain_refusal():
	"""Inside the block a Problem is thrown as InvalidIdentifierError with a translated sentence."""
	try:
		yield
	except Problem as problem:
		frappe.throw(sentence(problem), InvalidIdentifierError)
