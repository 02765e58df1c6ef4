"""A workbook as one person may see it: that person's rights, stores and language."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.translate import get_user_lang, print_language
from frappe.utils import format_date, format_datetime, get_fullname, now_datetime

from crm4s.acting import acting_as
from crm4s.periodic_reports.sheets import KEY_FIGURES, tables_of
from crm4s.periodic_reports.workbook import Table, workbook
from crm4s.reports.periods import days_of

PARTS = {"1": "First Ten Days", "2": "Middle Ten Days", "3": "Last Days"}
IN_LETTER = 8


@dataclass(frozen=True)
class Made:
	"""title: what the workbook is called; content: its bytes, None where nothing was left for the reader; key_figures: its first sheet, where it has one."""

	title: str
	content: bytes | None
	key_figures: Table | None


@contextmanager
def reading_as(user: str, language: str | None = None) -> Iterator[None]:
	"""The block reads with the rights of `user`, in the language given or the user's own."""
	with acting_as(user), print_language(language or get_user_lang(user)):
		yield


def make(report, dealership: str | None, period: str) -> Made:
	"""The workbook for the current user, in the current language.

	Args:
		dealership: the node whose figures it holds, as far as the user works for it; None for all of the user's stores.
		period: the key of `reports.periods`.
	"""
	first, last = days_of(period)
	names = [row.sheet for row in report.sheets]
	tables, refused = tables_of(names, first, last, dealership)
	title = title_of(report, dealership, period)
	if not tables:
		return Made(title, None, None)
	heading = [
		f"{_(report.report_title)} · {store_name(dealership)}",
		_("{0}: {1} to {2}").format(period_name(period), format_date(first), format_date(last)),
		_("Made for {0} on {1}").format(get_fullname(frappe.session.user), format_datetime(now_datetime())),
	]
	if refused:
		heading.append(_("Not among your reports: {0}").format(", ".join(_(name) for name in refused)))
	shown = [name for name in names if name not in refused]
	key_figures = tables[shown.index(KEY_FIGURES)] if KEY_FIGURES in shown else None
	return Made(title, workbook(tables, heading, _("Nothing in this period.")), key_figures)


def title_of(report, dealership: str | None, period: str) -> str:
	"""In one line, as it becomes a letter's subject."""
	return " ".join(f"{_(report.report_title)} {store_name(dealership)} {period_name(period)}".split())


def store_name(dealership: str | None) -> str:
	return frappe.db.get_value("C4S Dealership", dealership, "dealership_name") if dealership else _("Whole Group")


def period_name(period: str) -> str:
	month, part = period[:7], period[8:]
	return f"{month} {_(PARTS[part])}" if part else month
