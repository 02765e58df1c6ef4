"""What is known about a set of messages, read in sets: a handful of queries, however many messages."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import frappe
from frappe.utils import cint, get_time, getdate

from crm4s.calendars.working_hours import WEEKDAYS
from crm4s.identifiers.phone import is_mobile
from crm4s.masked_twins import title_in_full
from crm4s.messages import consent, texts, unsubscribe
from crm4s.messages.decision import Facts
from crm4s.messages.kinds import MAIL, NOTICE, SMS, TASK, WECHAT, WECOM
from crm4s.messages.outbox import DELIVERED, MESSAGE, SENDING, SENT
from crm4s.messages.quiet import MINUTES_OF_DAY, QuietTime
from crm4s.messages.suppression import suppressed

PURPOSE, TEMPLATE, TEXT, CHANNEL = "C4S Contact Purpose", "C4S Message Template", "C4S Message Text", "C4S Message Channel"
CUSTOMER, PHONE, VEHICLE, DEALERSHIP, QUIET = "C4S Customer", "C4S Customer Phone", "C4S Vehicle", "C4S Dealership", "C4S Quiet Time"
ALL = {"limit_page_length": 0, "order_by": None}
CUSTOMER_FIELDS = [
	*("name", "customer_name", "customer_kind", "sex", "language", "disabled", "primary_phone", "email"),
	*("wecom_contact", "wechat_open_id"),
]


def facts_of(messages: Sequence[Mapping], now: datetime) -> dict[str, Facts]:
	"""The facts of each message (rows of C4S Message), by its name."""
	customers = _by_name(CUSTOMER, _all(messages, "customer"), CUSTOMER_FIELDS)
	stores = _by_name(DEALERSHIP, _all(messages, "dealership"), ["name", "dealership_name", "phone", "city", "district", "address_line"])
	vehicles = _by_name(VEHICLE, _all(messages, "vehicle"), ["name", "plate_number", "vehicle_title"])
	purposes = _by_name(PURPOSE, _all(messages, "purpose"), ["*"])
	templates = templates_of(_all(messages, "template"))
	addresses = addresses_of(customers.values())
	channels, quiet = channels_of(stores), quiet_times_of(stores)
	decisions = consent.decisions_of(list(customers))
	pairs = {(kind, address) for of_kinds in addresses.values() for kind, address in of_kinds.items()}
	on_list = suppressed(pairs)
	sent, complaining = _sent_lately(list(customers), now), complaining_among(list(customers))
	found = {}
	for message in messages:
		own = addresses.get(message.customer, {})
		customer, store = customers.get(message.customer), message.dealership if message.dealership in stores else None
		found[message.name] = Facts(
			message={
				"channels": _lines(message.channels),
				"tried_channels": _lines(message.tried_channels),
				"not_before": message.not_before,
				"not_after": message.not_after,
				"creation": message.creation,
			},
			purpose=purposes.get(message.purpose),
			template=templates.get(message.template),
			customer=customer,
			addresses=own,
			channels=channels[store],
			decisions=decisions.get(message.customer, []),
			suppressed=frozenset(kind for kind, address in own.items() if (kind, address) in on_list),
			quiet_times=quiet[store],
			sent=sent.get(message.customer, []),
			values=values_of(message, customer, stores.get(store), vehicles.get(message.vehicle)) if customer else {},
			unsubscribe_link=unsubscribe.link_of(message.name),
			complains=message.customer in complaining,
		)
	return found


def refreshed(facts: Facts, message: Mapping, now: datetime) -> Facts:
	"""The facts of a moment ago with what may have changed since: the customer, addresses, consent, suppression, limits, channels switched off."""
	rows = _by_name(CUSTOMER, [message.customer], CUSTOMER_FIELDS)
	addresses = addresses_of(rows.values()).get(message.customer, {})
	on_list = suppressed(set(addresses.items()))
	names = [channel["name"] for channel in facts.channels.values()]
	enabled = set(frappe.get_all(CHANNEL, {"name": ["in", names or [""]], "enabled": 1}, pluck="name"))
	return replace(
		facts,
		customer=rows.get(message.customer),
		addresses=addresses,
		channels={kind: channel for kind, channel in facts.channels.items() if channel["name"] in enabled},
		decisions=consent.decisions_of([message.customer]).get(message.customer, []),
		suppressed=frozenset(kind for kind, address in addresses.items() if (kind, address) in on_list),
		sent=_sent_lately([message.customer], now).get(message.customer, []),
		complains=bool(complaining_among([message.customer])),
	)


def values_of(message: Mapping, customer: Mapping, store: Mapping | None, vehicle: Mapping | None) -> dict:
	"""The message's own values over those that are always there."""
	store, vehicle = store or {}, vehicle or {}
	language = customer["language"] or "zh"
	address = [store.get(part) for part in ("city", "district", "address_line")]
	common = {
		"customer_name": customer["customer_name"],
		"salutation": texts.salutation(customer["customer_name"], customer["sex"], customer["customer_kind"] != "Private", language),
		"store_name": store.get("dealership_name"),
		"store_phone": store.get("phone"),
		"store_address": ("" if language == "zh" else ", ").join(filter(None, address)),
		"plate_number": vehicle.get("plate_number"),
		"model_name": _called(vehicle),
		"today": getdate().isoformat(),
	}
	return {**common, **in_language(json.loads(message.get("values_json") or "{}"), language)}


def _called(vehicle: Mapping) -> str | None:
	"""The car as its owner calls it: the title holds the plate masked."""
	return title_in_full(vehicle.get("vehicle_title"), vehicle.get("plate_number"))


def in_language(values: Mapping, language: str) -> dict:
	"""Values with the names of lookups, given as {"translate": name}, as the customer reads them."""
	return {name: frappe._(value["translate"], language) if isinstance(value, Mapping) else value for name, value in values.items()}


def templates_of(names: Collection[str]) -> dict[str, dict]:
	"""`enabled`, `declared` and `texts` of each template."""
	rows = _by_name(TEMPLATE, names, ["name", "enabled", "placeholders"])
	found = {name: {"enabled": row.enabled, "declared": texts.declared(row.placeholders), "texts": []} for name, row in rows.items()}
	fields = ["parent", "channel_kind", "language", "subject", "body", "provider_template"]
	filters = {"parent": ["in", list(rows) or [""]], "parenttype": TEMPLATE}
	for text in frappe.get_all(TEXT, filters, fields, order_by="parent, idx", limit_page_length=0):
		found[text.parent]["texts"].append(text)
	return found


def addresses_of(customers: Iterable[Mapping]) -> dict[str, dict[str, str]]:
	"""The address of each customer by kind of channel, for those kinds by which he or she can be reached."""
	customers = list(customers)
	without_mobile = [row.name for row in customers if not _is_mobile(row.primary_phone)]
	others = _first_mobiles(without_mobile)
	found = {}
	for row in customers:
		addresses = {
			SMS: row.primary_phone if _is_mobile(row.primary_phone) else others.get(row.name),
			MAIL: (row.email or "").strip().lower(),
			WECOM: row.wecom_contact,
			WECHAT: row.wechat_open_id,
			NOTICE: row.name,
			TASK: row.primary_phone,
		}
		found[row.name] = {kind: address for kind, address in addresses.items() if address}
	return found


def channels_of(stores: Collection[str]) -> dict[str | None, dict[str, Mapping]]:
	"""By store (None for no store) and kind: the enabled channel nearest to it in the tree of stores."""
	rows = frappe.get_all(CHANNEL, {"enabled": 1}, ["*"], order_by="name", limit_page_length=0)
	above = _ancestors(stores)
	found: dict[str | None, dict[str, Mapping]] = {}
	for store in (*stores, None):
		nodes = ["", *above.get(store, [])]
		# The nearest last; of two at one node the first by name.
		ranked = sorted((row for row in reversed(rows) if (row.dealership or "") in nodes), key=lambda row: nodes.index(row.dealership or ""))
		found[store] = {row.channel_kind: row for row in ranked}
	return found


def quiet_times_of(stores: Collection[str]) -> dict[str | None, list[QuietTime]]:
	"""By store (None for no store): its own, those of the nodes above it and of the whole group."""
	rows = frappe.get_all(QUIET, {"enabled": 1}, ["*"], **ALL)
	above = _ancestors(stores)
	return {store: [_quiet_time(row) for row in rows if not row.dealership or row.dealership in above.get(store, [])] for store in (*stores, None)}


def _sent_lately(customers: Collection[str], now: datetime) -> dict[str, list[datetime]]:
	"""When each customer was sent messages of purposes with a limit, within the longest time of any of them; the latest last."""
	limits = dict(frappe.get_all(PURPOSE, {"most_messages": [">", 0]}, ["name", "within_days"], as_list=True, **ALL))
	if not limits:
		return {}
	filters = {
		"customer": ["in", list(customers) or [""]],
		"purpose": ["in", list(limits)],
		"sent_on": [">", now - timedelta(days=max(map(cint, limits.values())))],
		"status": ["in", (SENDING, SENT, DELIVERED)],
	}
	found: dict[str, list[datetime]] = {}
	for row in frappe.get_all(MESSAGE, filters, ["customer", "sent_on"], order_by="sent_on", limit_page_length=0):
		found.setdefault(row.customer, []).append(row.sent_on)
	return found


def complaining_among(customers: Collection[str]) -> set[str]:
	"""Those of these customers who have a complaint, at whatever store of the group, that is not closed."""
	complaint = frappe.qb.DocType("C4S Complaint")
	query = frappe.qb.from_(complaint).select(complaint.customer).distinct()
	return set(query.where(complaint.customer.isin(list(customers) or [""]) & (complaint.status != "Closed")).run(pluck=True))


def _ancestors(stores: Collection[str]) -> dict[str, list[str]]:
	"""Each store with the nodes above it, the topmost first, itself last."""
	store, node = frappe.qb.DocType(DEALERSHIP).as_("store"), frappe.qb.DocType(DEALERSHIP).as_("node")
	rows = (
		frappe.qb.from_(store)
		.join(node)
		.on((node.lft <= store.lft) & (node.rgt >= store.rgt))
		.select(store.name, node.name)
		.where(store.name.isin(list(stores) or [""]))
		.orderby(node.lft)
	).run()
	found: dict[str, list[str]] = {}
	for name, above in rows:
		found.setdefault(name, []).append(above)
	return found


def _first_mobiles(customers: Collection[str]) -> dict[str, str]:
	filters = {"parent": ["in", list(customers) or [""]], "parenttype": CUSTOMER, "kind": "Mobile"}
	rows = frappe.get_all(PHONE, filters, ["parent", "phone"], order_by="idx desc", limit_page_length=0)
	return {row.parent: row.phone for row in rows if _is_mobile(row.phone)}


def _quiet_time(row: Mapping) -> QuietTime:
	weekday = WEEKDAYS.index(row.weekday) if row.weekday in WEEKDAYS else None
	begins, ends = (0, MINUTES_OF_DAY) if row.whole_day else (_minute(row.quiet_from), _minute(row.quiet_until))
	return QuietTime(begins, ends or MINUTES_OF_DAY, weekday, row.first_day, row.last_day)


def _minute(moment) -> int:
	time = get_time(moment or "00:00")
	return time.hour * 60 + time.minute


def _is_mobile(phone: str | None) -> bool:
	return bool(phone) and is_mobile(phone)


def _lines(text: str | None) -> tuple[str, ...]:
	return tuple((text or "").split("\n")) if text else ()


def _all(messages: Sequence[Mapping], field: str) -> list[str]:
	return sorted({message[field] for message in messages if message[field]})


def _by_name(doctype: str, names: Collection[str], fields: list[str]) -> dict[str, Mapping]:
	return {row.name: row for row in frappe.get_all(doctype, {"name": ["in", list(names) or [""]]}, fields, **ALL)}
