"""Points, what they buy, coupons to show at the desk."""

import frappe
from frappe import _
from frappe.utils import cint, getdate, nowdate

from crm4s.access.store_of_customer import store_of
from crm4s.exceptions import PointsError
from crm4s.membership import coupons, ledger, rewards
from crm4s.portal import asking, frame, own, qr
from crm4s.portal.matters import Matter, matters
from crm4s.portal.named import rows_of, titles_of
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer

PATH = "my/rewards"
MEMBERSHIP, COUPON, ENTRY = ledger.MEMBERSHIP, coupons.COUPON, ledger.ENTRY
MEMBER_FIELDS = ("customer", "status", "since", "tier", "tier_since", "review_on", "balance", "debt", "lots")
MOST_ENTRIES, MOST_COUPONS = 30, 50
EXPIRING_DAYS = 30


@own.rule(MEMBERSHIP)
def _memberships(viewer: Viewer, table):
	"""The own one, and that of an organisation whose fleet the viewer manages; the family's points are the family's."""
	return own.of_customers(viewer, table)


@own.rule(COUPON)
def _coupons(viewer: Viewer, table):
	return own.of_customers(viewer, table)


@page(PATH, "rewards.html", membership=MEMBERSHIP)
def show(viewer: Viewer, context, membership: str | None):
	members = own.rows(viewer, MEMBERSHIP, *MEMBER_FIELDS)
	member = _chosen(viewer, members, membership)
	context.update(tab="home", title=_("Points and Coupons"), member=member, others=_others(members, member), coupons=coupons_of(viewer), offered=[], entries=[], lots=[])
	if member:
		context.update(
			tier=_tier(member.tier),
			lots=_lots(member),
			entries=_entries(member.name),
			offered=rewards.offered(member) if member.status == ledger.ACTIVE else [],
		)


@action(PATH, "join")
def join(viewer: Viewer, form):
	"""Become a member, as the desk enrols; twice does no harm."""
	if not ledger.membership_of(viewer.customer):
		store = store_of(viewer.customer)
		frappe.get_doc({"doctype": MEMBERSHIP, "customer": viewer.customer, "enrolled_at": store}).insert(ignore_permissions=True)
	frame.say(viewer, _("Welcome as a member. From now on you collect points."))
	return f"/{PATH}"


@action(PATH, "redeem", membership=MEMBERSHIP)
def redeem(viewer: Viewer, form, membership: str | None):
	"""
	Raises:
		PointsError: too few points, out of stock, not for this tier, not offered.
	"""
	if not membership:
		raise own.NotYoursError
	reward = form.one_of("reward", frappe.get_all(rewards.REWARD, {"enabled": 1}, pluck="name"), _("Reward"))
	store = _store_of(viewer, membership)
	given = rewards.redeem(membership, reward, store, form.text("once") or None)
	if given["coupon"]:
		sentence = _("{0} is yours. Show its code at the desk.")
	else:
		sentence = _("{0} is yours. Please collect it at the store's desk.")
		_tell_store(viewer, membership, reward, store)
	frame.say(viewer, sentence.format(_(reward)))
	return f"/{PATH}"


@matters
def points_that_expire(viewer: Viewer) -> list[Matter]:
	last = frappe.utils.add_days(nowdate(), EXPIRING_DAYS)
	found = own.rows(
		viewer, MEMBERSHIP, "next_expiry_on", "next_expiry_points", where=lambda table: (table.status == ledger.ACTIVE) & (table.next_expiry_on[nowdate():last])
	)
	return [
		Matter(_("Points expire"), f"/{PATH}", _("{0} points count until {1}.").format(row.next_expiry_points, frame.day(row.next_expiry_on)), row.next_expiry_on)
		for row in found
		if cint(row.next_expiry_points)
	]


def coupons_of(viewer: Viewer) -> list:
	"""Coupons with their offer's words, `state` and, for a reader at the desk, the drawing of their code: usable ones first, then those that are over."""
	fields = ("code", "offer", "status", "valid_from", "valid_until", "redeemed_on", "amount", "customer")
	found = own.rows(viewer, COUPON, *fields, order_by="creation", newest_first=True, limit=MOST_COUPONS)
	offers = rows_of(coupons.OFFER, (row.offer for row in found), "enabled", "coupon_kind", "percent", "amount", "package", "part", "minimum_amount")
	today = getdate(nowdate())
	for row in found:
		offer = offers.get(row.offer) or frappe._dict()
		row.usable = row.status == coupons.USABLE and bool(offer.enabled) and not (row.valid_until and getdate(row.valid_until) < today)
		row.shown_code = " ".join(row.code[start : start + 4] for start in range(0, len(row.code), 4))
		row.state = _("Usable") if row.usable else (_("Expired") if row.status == coupons.USABLE else _(row.status))
		row.words = _words_of(offer)
		row.qr_side, row.qr_path = qr.drawing_of(row.code) if row.usable else (0, "")
	return sorted(found, key=lambda row: not row.usable)


def _words_of(offer) -> str:
	"""What the coupon takes off, in one line."""
	if offer.coupon_kind == "Percent":
		words = _("{0} % off").format(f"{offer.percent:g}")
	elif offer.coupon_kind == "Amount":
		words = _("{0} off").format(frame.money(offer.amount))
	else:
		words = _("Free: {0}").format(_(offer.package or offer.part or offer.name or ""))
	return " · ".join([words, _("from {0} on").format(frame.money(offer.minimum_amount))] if offer.minimum_amount else [words])


def _chosen(viewer: Viewer, members: list, name: str | None):
	"""The one that was asked for, else the viewer's own."""
	asked_for = next((member for member in members if member.name == name), None)
	return asked_for or next((member for member in members if member.customer == viewer.customer), None)


def _others(members: list, shown) -> list[dict]:
	"""Lines of the further memberships, such as a company's."""
	rest = [member for member in members if not shown or member.name != shown.name]
	names = titles_of("C4S Customer", (member.customer for member in rest), "customer_name")
	return [
		{"path": f"/{PATH}?membership={member.name}", "title": names.get(member.customer), "text": _("{0} points").format(member.balance), "mark": _(member.tier or "")}
		for member in rest
	]


def _tier(name: str | None):
	return frappe.db.get_value("C4S Membership Tier", name, ["tier", "benefits", "multiplier"], as_dict=True) if name else None


def _lots(member) -> list[dict]:
	"""What expires when, the next first; lots of one day together."""
	days: dict = {}
	for lot in ledger.account_of(member).lots:
		if lot.expires_on:
			days[lot.expires_on] = days.get(lot.expires_on, 0) + lot.remaining
	return [{"on": on, "points": days[on]} for on in sorted(days)]


def _entries(membership: str) -> list:
	fields = ["name", "entry_kind", "points", "posted_on", "expires_on", "reason", "rule", "reference_doctype", "reference_name"]
	found = frappe.get_all(ENTRY, {"membership": membership}, fields, order_by="posted_on desc, name desc", limit=MOST_ENTRIES)
	for row in found:
		about = row.rule or (row.reference_name if row.reference_doctype == rewards.REWARD else row.reason)
		row.what = _(row.entry_kind)
		row.about = _(about) if about and row.entry_kind != ledger.ADJUST else ""
	return found


def _store_of(viewer: Viewer, membership: str) -> str:
	customer, enrolled_at = frappe.db.get_value(MEMBERSHIP, membership, ["customer", "enrolled_at"])
	store = store_of(customer) or enrolled_at
	if not store:
		frappe.throw(_("No store is on your file yet; please call the store."), PointsError)
	return store


def _tell_store(viewer: Viewer, membership: str, reward: str, store: str) -> None:
	"""Somebody has to lay the gift ready."""
	name = frappe.db.get_value(MEMBERSHIP, membership, "title")
	asking.tell(store, lambda language: _("{0} redeemed {1} in the portal; please lay it ready.", language), (name, reward), MEMBERSHIP, membership)
