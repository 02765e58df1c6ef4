"""Questions that wait for the customer's answers; answering is done on the survey's own page, which its link opens."""

from frappe import _
from frappe.utils import now_datetime
from pypika.terms import Criterion

from crm4s.portal import matters, own
from crm4s.portal.matters import Matter
from crm4s.portal.named import titles_of
from crm4s.portal.routes import page
from crm4s.portal.viewer import Viewer
from crm4s.surveys import links
from crm4s.surveys.inviting import ANSWERED, WAITING

PATH = "my/surveys"


@own.rule(links.INVITATION)
def _invitations(viewer: Viewer, table) -> Criterion:
	return own.of_customers(viewer, table)


@page(PATH, "surveys.html")
def surveys(viewer: Viewer, context):
	answered = own.rows(viewer, links.INVITATION, "survey", "answered_on", "dealership", where=lambda table: table.status == ANSWERED, order_by="answered_on", newest_first=True, limit=20)
	_name(answered)
	context.update(tab="voice", title=_("Your Opinion"), waiting=open_invitations(viewer), answered=answered)


def open_invitations(viewer: Viewer) -> list:
	"""Those that can be answered now, with `title`, `store`, `path` of the survey's page."""
	found = own.rows(
		viewer, links.INVITATION, "survey", "due_on", "expires_on", "dealership", "vehicle", order_by="expires_on",
		where=lambda table: table.status.isin(WAITING) & (table.expires_on > now_datetime()) & (table.due_on <= now_datetime().date()),
	)
	_name(found)
	for row in found:
		row.path = f"/{links.PATH}?t={links.token_of(row.name)}"
	return found


@matters.matters
def surveys_to_answer(viewer: Viewer) -> list[Matter]:
	return [Matter(_("Tell us how it was"), row.path, f"{row.title} · {row.store}", row.expires_on, asks=True) for row in open_invitations(viewer)]


def _name(rows: list) -> None:
	titles = titles_of("C4S Survey", (row.survey for row in rows), "title")
	stores = titles_of("C4S Dealership", (row.dealership for row in rows), "dealership_name")
	for row in rows:
		row.update(title=_(titles.get(row.survey) or row.survey), store=stores.get(row.dealership) or "")
