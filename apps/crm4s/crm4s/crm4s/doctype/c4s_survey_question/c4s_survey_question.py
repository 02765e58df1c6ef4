"""One question of a survey; the survey checks that it can be asked."""

from frappe.model.document import Document


class C4SSurveyQuestion(Document):
	def choices(self) -> list[str]:
		"""The answers to choose from, without blank lines."""
		return [line.strip() for line in (self.options or "").splitlines() if line.strip()]
