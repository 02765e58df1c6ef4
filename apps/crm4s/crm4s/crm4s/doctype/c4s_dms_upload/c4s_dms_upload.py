"""Many records of a connected system in one file. Made by crm4s.dms.v1.upload, worked off by crm4s.dms.intake.upload."""

from frappe.model.document import Document

from crm4s.dms.intake.upload_files import remove_answers


class C4SDMSUpload(Document):
	def on_trash(self):
		remove_answers(self.name)
