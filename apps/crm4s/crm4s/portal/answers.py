"""A colleague's answer to what a customer wrote in the portal: a message says that it is there, and leads to it; once an answer."""

from crm4s.messages import outbox
from crm4s.messages.kinds import TASK
from crm4s.messages.purposes import way_of
from crm4s.portal.voices import PORTAL
from crm4s.settings import setting
from crm4s.tokens import hash_of


def contact_changed(contact, _event: str | None = None) -> None:
	"""On update of a C4S Interaction."""
	before = contact.get_doc_before_save()
	is_answered = contact.channel == PORTAL and contact.customer and contact.answer and contact.answer != (before.answer if before else None)
	# A call would say less than the answer that stands in the portal.
	way = way_of(setting("portal_answer_template"), without=(TASK,)) if is_answered else None
	if way:
		outbox.queue([_wish(contact, way)])


def _wish(contact, way) -> outbox.Wish:
	return outbox.Wish(
		source_key=f"portal-answer:{contact.name}:{hash_of(contact.answer)[:20]}",
		customer=contact.customer,
		purpose=way.purpose,
		channels=way.channels,
		template=way.template,
		values={"subject": contact.subject or contact.name},
		dealership=contact.dealership,
		vehicle=contact.vehicle,
		reference_doctype=contact.doctype,
		reference_name=contact.name,
	)
