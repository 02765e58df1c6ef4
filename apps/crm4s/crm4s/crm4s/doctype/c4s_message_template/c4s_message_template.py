"""What a message says on each channel. Every placeholder is known before the first message is sent."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from crm4s.messages import texts


class C4SMessageTemplate(Document):
	def validate(self):
		self.validate_declared()
		self.validate_placeholders()
		self.validate_once()

	def validate_declared(self):
		try:
			names = texts.declared(self.placeholders)
		except ValueError as error:
			frappe.throw(
				_("{0} is no name of a placeholder: small letters, digits and _ only, such as due_on.").format(
					frappe.bold(escape_html(str(error)))
				)
			)
		if taken := set(names) & set(texts.COMMON):
			frappe.throw(_("{0} is always there and need not be declared.").format(frappe.bold(min(taken))))

	def validate_placeholders(self):
		known = {*texts.COMMON, *texts.declared(self.placeholders)}
		for row in self.texts:
			for text in (row.subject, row.body):
				wrong = texts.stray_braces(text) or next(("{" + name + "}" for name in sorted(texts.names_in(text) - known)), None)
				if wrong:
					frappe.throw(
						_("Row {0}: {1} is no placeholder of this template; declare it, or use one that is always there.").format(
							row.idx, frappe.bold(escape_html(wrong))
						)
					)

	def validate_once(self):
		seen = set()
		for row in self.texts:
			key = (row.channel_kind, row.language)
			if key in seen:
				frappe.throw(_("Row {0} repeats the text of {1} in {2}.").format(row.idx, _(row.channel_kind), row.language))
			seen.add(key)
