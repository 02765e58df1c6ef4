"""What passed between the store and the customer: messages that were sent, and the matters that he or she wrote about."""

from frappe import _
from pypika.terms import Criterion

from crm4s.interactions.actions import CLOSED, INTERACTION
from crm4s.messages import notices
from crm4s.messages.kinds import TASK
from crm4s.messages.outbox import DELIVERED, MESSAGE, SENT
from crm4s.messages.texts import HIDDEN
from crm4s.portal import frame, matters, own, threads
from crm4s.portal.form import Form
from crm4s.portal.matters import Matter
from crm4s.portal.named import titles_of
from crm4s.portal.pages.surveys import open_invitations
from crm4s.portal.pages.threads import FACTS
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer
from crm4s.portal.voices import COMPLAINT
from crm4s.settings import setting

PATH = "my/messages"
MOST_MESSAGES, MOST_THREADS = 60, 40
SECRET_TEMPLATES = ("portal_code_template", "portal_invitation_template")


@own.rule(MESSAGE)
def _messages(viewer: Viewer, table) -> Criterion:
	"""Those that went out, with the text that is kept; codes and links to sign in say nothing afterwards."""
	secret = [name for name in map(setting, SECRET_TEMPLATES) if name]
	return (
		own.of_customers(viewer, table)
		& table.status.isin((SENT, DELIVERED))
		& (table.channel_kind != TASK)
		& table.sent_text.isnotnull()
		& (table.template.isnull() | table.template.notin(secret or [own.NOBODY]))
	)


@page(PATH, "messages.html")
def messages(viewer: Viewer, context):
	found = _found(viewer)
	context.update(
		tab="voice",
		title=_("Messages"),
		unread=[message for message in found if message.unread],
		read=[message for message in found if not message.unread],
		threads=_threads(viewer),
		surveys=len(open_invitations(viewer)),
	)


@action(PATH, "read")
def mark_as_read(viewer: Viewer, form: Form):
	notices.note_seen([row.name for row in own.rows(viewer, MESSAGE, where=notices.is_unread, limit=MOST_MESSAGES, order_by="sent_on", newest_first=True)])


@matters.matters
def unread_notices(viewer: Viewer) -> list[Matter]:
	unread = own.rows(viewer, MESSAGE, "subject", "sent_text", where=notices.is_unread, limit=MOST_MESSAGES, order_by="sent_on", newest_first=True)
	if not unread:
		return []
	title = _("A new message") if len(unread) == 1 else _("{0} new messages").format(len(unread))
	return [Matter(title, f"/{PATH}", (unread[0].subject or _shown(unread[0].sent_text))[:80], asks=True)]


def _found(viewer: Viewer) -> list:
	fields = ("subject", "sent_text", "sent_on", "channel_kind", "status", "seen_on", "dealership")
	rows = own.rows(viewer, MESSAGE, *fields, limit=MOST_MESSAGES, order_by="sent_on", newest_first=True)
	unread = {row.name for row in own.rows(viewer, MESSAGE, where=notices.is_unread, limit=MOST_MESSAGES, order_by="sent_on", newest_first=True)}
	stores = titles_of("C4S Dealership", (row.dealership for row in rows), "dealership_name")
	for row in rows:
		row.update(unread=row.name in unread, text=_shown(row.sent_text), store=stores.get(row.dealership), way=_(row.channel_kind))
	return rows


def _shown(text: str) -> str:
	"""What the log hides was good for once."""
	return (text or "").replace(HIDDEN, "…")


def _threads(viewer: Viewer) -> list[dict]:
	"""Matters that are the customer's own words, complaints first heard of last on top."""
	contacts = own.rows(viewer, INTERACTION, "subject", "status", "received_on", "due_on", "manufacturer_report", order_by="received_on", newest_first=True, limit=MOST_THREADS)
	complaints = own.rows(viewer, COMPLAINT, *FACTS, order_by="received_on", newest_first=True, limit=MOST_THREADS)
	lines = [_line(row, f"/my/threads/{row.name}", row.subject, *threads.standing_of_contact(row), is_open=row.status != CLOSED) for row in contacts]
	lines += [_line(row, f"/my/complaints/{row.name}", threads.title_of(row), *threads.standing_of_complaint(row), is_open=row.status != CLOSED) for row in complaints]
	return sorted(lines, key=lambda line: (line["is_open"], line["when"]), reverse=True)


def _line(row, path: str, title: str, standing: str, mark: str, is_open: bool) -> dict:
	return {"path": path, "title": title, "text": f"{frame.day(row.received_on)} · {standing}", "mark": None, "when": row.received_on, "is_open": is_open}
