"""A day on which customers are greeted: of the solar or the lunar calendar, a solar term, a weekday of a month."""

from calendar import monthrange
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate

from crm4s.calendars import occasions
from crm4s.calendars.lunar import LONGEST_MONTH

LAST_WEEK_OF_MONTH = 5
A_LEAP_YEAR = 2000


class C4SFestival(Document):
	def validate(self):
		self.keep_what_is_asked_for()
		self.validate_day()

	def keep_what_is_asked_for(self):
		if self.reckoned_by in (occasions.NEW_YEARS_EVE, occasions.SOLAR_TERM):
			self.month = self.day = 0
		if self.reckoned_by != occasions.WEEKDAY_OF_MONTH:
			self.weekday = None
		if self.reckoned_by != occasions.SOLAR_TERM:
			self.solar_term = None

	def validate_day(self):
		if self.reckoned_by == occasions.SOLAR_TERM:
			if not self.solar_term:
				frappe.throw(_("Choose the solar term of this festival."))
			return
		if self.reckoned_by == occasions.NEW_YEARS_EVE:
			return
		if self.reckoned_by == occasions.WEEKDAY_OF_MONTH and not self.weekday:
			frappe.throw(_("Choose the weekday of this festival."))
		if not 1 <= cint(self.month) <= 12:
			frappe.throw(_("Month must lie between 1 and 12."))
		if not 1 <= cint(self.day) <= self.last_day():
			frappe.throw(_("Day must lie between 1 and {0}.").format(self.last_day()))

	def last_day(self) -> int:
		if self.reckoned_by == occasions.WEEKDAY_OF_MONTH:
			return LAST_WEEK_OF_MONTH
		return LONGEST_MONTH if self.reckoned_by == occasions.LUNAR else monthrange(A_LEAP_YEAR, cint(self.month))[1]

	def as_festival(self) -> occasions.Festival:
		return occasions.Festival(self.reckoned_by, cint(self.month), cint(self.day), self.weekday, self.solar_term)

	@property
	def next_on(self) -> date | None:
		return None if self.get("__islocal") else self.as_festival().next_from(getdate())
