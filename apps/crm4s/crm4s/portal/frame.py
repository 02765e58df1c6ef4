"""How a page of the portal is drawn: Jinja, the reader's language, and a sentence that stays for one page.

An environment of our own: it escapes every value, and its templates are compiled once a process instead of once a request. They are files of
this app, never texts from the database, so Frappe's sandbox has nothing to guard here.
"""

from datetime import date, datetime
from functools import cache

import frappe
from babel.dates import format_date
from frappe import _
from frappe.utils import cint, flt, fmt_money, get_datetime, getdate, nowdate
from frappe.utils.jinja_globals import bundled_asset
from jinja2 import Environment, PackageLoader, StrictUndefined

from crm4s.identifiers.phone import format_phone_for_people
from crm4s.messages.texts import worded
from crm4s.settings import setting

LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "c4s_language"
SAID_SECONDS = 120
# As Unicode writes the short name of a weekday.
WEEKDAY = "ccc"


def draw(template: str, context: dict) -> str:
	return _environment().get_template(template).render(context)


def compile_templates() -> None:
	"""All of them now, for a server that reads the application before it takes requests."""
	environment = _environment()
	for name in environment.list_templates():
		environment.get_template(name)


@cache
def _environment() -> Environment:
	environment = Environment(loader=PackageLoader("crm4s", "templates/portal"), autoescape=True, undefined=StrictUndefined, cache_size=-1, trim_blocks=True, lstrip_blocks=True)
	# Looked up with each call: in what language, only the request knows.
	environment.globals.update(_=lambda text, *a: frappe._(text), asset=bundled_asset)
	environment.filters.update(day=day, moment=moment, clock=clock, money=money, kilometres=kilometres, phone=phone, weekday=weekday, short_day=short_day)
	return environment


def language() -> str:
	return "zh" if (frappe.local.lang or "zh").startswith("zh") else "en"


def speak(viewer) -> None:
	"""The viewer's language; a guest's is that of the cookie, else the browser's, else Chinese."""
	chosen = viewer.language if viewer else frappe.request.cookies.get(LANGUAGE_COOKIE)
	if chosen not in LANGUAGES:
		chosen = "en" if frappe.request.accept_languages.best_match(LANGUAGES) == "en" else "zh"
	frappe.local.lang = chosen


def day(value: date | str | None) -> str:
	"""2026年3月1日, 1 Mar 2026; nothing for nothing."""
	return worded(getdate(value), language()) if value else ""


def weekday(value: date | str) -> str:
	"""周一, Mon; today as such."""
	if getdate(value) == getdate(nowdate()):
		return _("Today")
	return format_date(getdate(value), WEEKDAY, locale=language())


def short_day(value: date | str) -> str:
	"""11月24日, 24 Nov."""
	return format_date(getdate(value), "M月d日" if language() == "zh" else "d MMM", locale=language())


def moment(value: datetime | str | None) -> str:
	"""The day with hours and minutes."""
	return worded(get_datetime(value), language()) if value else ""


def clock(value: datetime | str | None) -> str:
	return f"{get_datetime(value):%H:%M}" if value else ""


def money(value: float | None) -> str:
	"""An amount in the site's currency, without fractions where there are none."""
	amount = flt(value)
	shown = fmt_money(abs(amount), precision=0 if amount == int(amount) else 2, currency=frappe.db.get_default("currency"))
	return f"−{shown}" if amount < 0 else shown


def kilometres(value: int | None) -> str:
	return f"{cint(value):,} km" if value else ""


def phone(value: str | None) -> str:
	return format_phone_for_people(value, setting("default_region") or "CN") if value else ""


def say(viewer, sentence: str) -> None:
	"""A sentence for the next page that this viewer sees."""
	frappe.cache().set_value(f"c4s_portal_said:{viewer.user}", sentence, expires_in_sec=SAID_SECONDS)


def said(viewer) -> str | None:
	key = f"c4s_portal_said:{viewer.user}"
	sentence = frappe.cache().get_value(key, expires=True)
	if sentence:
		frappe.cache().delete_value(key)
	return sentence


def asset_of(bundle: str) -> str:
	"""Address of a built bundle, such as portal.bundle.css."""
	return bundled_asset(bundle)
