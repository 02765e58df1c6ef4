"""A row of a spreadsheet that was not taken in, and why."""

from frappe.model.document import Document


class C4SSpreadsheetImportProblem(Document):
	pass
