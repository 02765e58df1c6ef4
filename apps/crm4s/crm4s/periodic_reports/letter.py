"""The letter that brings a workbook: the first key figures to be read on the way, the rest attached."""

import re

import frappe
from frappe import _
from frappe.utils import escape_html

from crm4s.messages.adapters.mail import QUEUE
from crm4s.periodic_reports.making import Made

DELIVERY = "C4S Periodic Report Delivery"
SHOWN = ("Cars Ordered", "Cars Delivered", "Workshop Visits", "Amount per Workshop Visit", "Settled Amount", "Complaints Received", "Satisfaction with Service", "Net Promoter Score")


def hand_over(made: Made, recipient: str, delivery: str, earlier: str | None = None) -> str | None:
	"""Put the letter into the framework's queue, in the caller's transaction; the queue's row, or None where the person wants no e-mail at all.

	Args:
		earlier: the queue's row of the letter before, if this is not the first one.

	Raises frappe.OutgoingEmailError where the site has no account to send with.
	"""
	frappe.sendmail(
		recipients=[frappe.db.get_value("User", recipient, "email")],
		subject=made.title,
		message=body(made),
		attachments=[{"fname": f"{file_name(made.title)}.xlsx", "fcontent": made.content}],
		reference_doctype=DELIVERY,
		reference_name=delivery,
		add_unsubscribe_link=0,
		delayed=True,
	)
	newest = frappe.db.get_value(QUEUE, {"reference_doctype": DELIVERY, "reference_name": delivery}, order_by="creation desc")
	# Numbers there, texts in the delivery.
	return str(newest) if newest and str(newest) != earlier else None


def can_be_sent() -> bool:
	return bool(frappe.db.exists("Email Account", {"default_outgoing": 1, "enable_outgoing": 1}))


def file_name(title: str) -> str:
	"""The title as files may be called everywhere."""
	return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", title).strip()[:120]


def body(made: Made) -> str:
	parts = [f"<p>{escape_html(_('Attached: {0}.').format(made.title))}</p>"]
	if made.key_figures:
		parts.append(_table(made.key_figures))
	return "".join(parts)


def _table(table) -> str:
	"""Figure, this period and the change, of the figures that open every conversation."""
	wanted = {_(name) for name in SHOWN}
	places = [place for place, row in enumerate(table.rows) if row[0] in wanted]
	if not places:
		return ""
	head = "".join(f'<th align="{"left" if place == 0 else "right"}">{escape_html(table.headings[place])}</th>' for place in (0, 2, 4))
	lines = "".join(_line(table, place) for place in places)
	return f'<table cellpadding="6" style="border-collapse:collapse"><tr>{head}</tr>{lines}</table>'


def _line(table, place: int) -> str:
	"""The figure in its unit; of shares the change is in points, of others in per cent."""
	label, unit, now, _before, change = table.rows[place][:5]
	unit_of_change = "%" if table.cell_kinds.get((place, 4)) == "Percent" else _("pp") if unit == "%" else unit
	return f"<tr><td>{escape_html(label)}</td>{_cell(now, unit)}{_cell(change, unit_of_change, signed=True)}</tr>"


def _cell(value: float | None, unit: str, signed: bool = False) -> str:
	text = "–" if value is None else f"{value:+,.1f}" if signed else f"{value:,.2f}".removesuffix(".00")
	text += f" {escape_html(unit)}" if value is not None and unit else ""
	return f'<td align="right">{text}</td>'
