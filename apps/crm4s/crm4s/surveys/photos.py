"""Photos as answers."""

from crm4s import pictures
from crm4s.surveys.questions import AnswerError


def read(upload) -> bytes | None:
	"""The picture of a form's file field, written anew; None where none was chosen.

	Raises:
		AnswerError: no picture, or too large; a sentence for the customer.
	"""
	try:
		return pictures.read(upload)
	except pictures.PictureError as error:
		raise AnswerError(str(error)) from None


def keep(response, found: dict[str, bytes]) -> None:
	"""Keep the pictures, by row of the question, as private files of the saved response."""
	for row in response.answers:
		if row.question_row in found:
			file = pictures.keep(response.doctype, response.name, found[row.question_row], f"{response.name}-{row.code}")
			row.db_set("photo", file.file_url, update_modified=False)
