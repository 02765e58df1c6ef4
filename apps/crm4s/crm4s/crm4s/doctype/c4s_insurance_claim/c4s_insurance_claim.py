"""A damage that an insurer pays: reported, surveyed, assessed, repaired, submitted, paid; what each stage asks for stands in insurance/stages.py."""

from datetime import timedelta
from math import isfinite

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, format_datetime, formatdate, get_datetime, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.crm4s.doctype.c4s_checklist_template.c4s_checklist_template import CLAIM_DOCUMENTS, template_for
from crm4s.documents import ComparesAsText
from crm4s.exceptions import ClaimError
from crm4s.identifiers.text import compact
from crm4s.insurance import repair, stages
from crm4s.insurance.cover import COMMERCIAL, policies_between
from crm4s.masked_twins import plate_in_title, set_twins
from crm4s.service.contact import normalise_contact_phone, take_contact_from_customer
from crm4s.service.pictures import ensure_picture
from crm4s.value.insurance import USUAL_SHARE, claim_amounts

OWN_POLICY = "Own Policy"
MISSING, RECEIVED = "Missing", "Received"
# Clocks of phones and servers differ by so much.
CLOCK_TOLERANCE = timedelta(minutes=5)
LARGEST_AMOUNT = 100_000_000
LOSS = ("item_kind", "part", "item_name")
LOSS_NUMBERS = ("quantity", "asked_amount", "assessed_amount")
# What an ended claim keeps saying; documents, photos and the remark may still be added.
KEPT = (
	*("vehicle", "customer", "dealership", "covered_by", "policy", "insurer", "policy_number", "report_number", "service_visit"),
	*("paid_to", "responsibility", "end_reason"),
)
KEPT_MOMENTS = (*stages.MOMENTS, "repair_started_on")
KEPT_NUMBERS = ("own_share", "paid_amount")


class C4SInsuranceClaim(ComparesAsText, Document):
	def before_insert(self):
		take_own_store(self)
		self.handler = self.handler or entered_by("C4S Service Advisor")
		self.take_documents()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "vehicle", "customer", "policy", "service_visit")
		self.validate_change_of_status()
		self.validate_ended_stays()
		self.plate_number = frappe.db.get_value("C4S Vehicle", self.vehicle, "plate_number")
		self.normalise_texts()
		self.set_own_share()
		self.stamp()
		self.validate_moments()
		self.find_policy()
		self.validate_losses()
		self.validate_photos()
		self.follow_documents()
		self.set_amounts()
		self.validate_stage()
		self.due_on = stages.next_due(self)
		self.title = " · ".join(part for part in (plate_in_title(self.plate_number), cstr(getdate(self.loss_on))) if part)
		set_twins(self)

	# The way

	def validate_change_of_status(self):
		before = self.get_doc_before_save()
		if self.flags.reopened:
			return
		if not before:
			if self.status != stages.REPORTED:
				frappe.throw(_("A claim begins with its report."), ClaimError)
		elif before.status != self.status and self.status not in stages.FOLLOWING[before.status]:
			frappe.throw(_("A claim that is {0} cannot become {1}.").format(_(before.status), _(self.status)), ClaimError)

	def validate_ended_stays(self):
		before = self.get_doc_before_save()
		if not before or before.status not in stages.ENDED or self.flags.reopened:
			return
		changed = [field for field in KEPT if cstr(before.get(field)) != cstr(self.get(field))]
		changed += [field for field in KEPT_MOMENTS if _moment(before.get(field)) != _moment(self.get(field))]
		changed += [field for field in KEPT_NUMBERS if flt(before.get(field), 2) != flt(self.get(field), 2)]
		if [_loss(row) for row in before.losses] != [_loss(row) for row in self.losses]:
			changed.append("losses")
		if changed:
			frappe.throw(
				_("{0} of a claim that is {1} cannot be changed.").format(_(self.meta.get_label(changed[0])), _(self.status)), ClaimError
			)

	def stamp(self):
		"""When a stage began that nobody dates by hand."""
		if self.status == stages.IN_REPAIR:
			self.repair_started_on = self.repair_started_on or now_datetime()
		if self.status == stages.SUBMITTED:
			self.submitted_on = self.submitted_on or now_datetime()
		if self.status in stages.ENDED_UNPAID:
			self.ended_on = self.ended_on or now_datetime()
			self.ended_from = self.ended_from or self.get_doc_before_save().status
		else:
			self.ended_on = self.ended_from = self.end_reason = None

	def validate_stage(self):
		"""What the stage needs that is entered now, named all at once."""
		if not self.is_new() and not self.has_value_changed("status"):
			return
		missing = [_(self.meta.get_label(field)) for field in stages.NEEDS.get(self.status, ()) if not self.get(field)]
		if missing:
			frappe.throw(_("For the stage {0} these are needed: {1}.").format(_(self.status), ", ".join(missing)), ClaimError)
		if self.status == stages.ASSESSED:
			self.validate_assessed()
		if self.status == stages.SUBMITTED:
			self.validate_complete()

	def validate_assessed(self):
		if not any(flt(row.assessed_amount) for row in self.losses):
			frappe.throw(_("Enter what the insurer grants for the parts and the labour of the damage."), ClaimError)

	def validate_complete(self):
		missing = [row.item for row in self.documents if row.mandatory and row.document_state == MISSING]
		if missing:
			frappe.throw(_("Documents are missing: {0}.").format(", ".join(map(frappe.utils.escape_html, missing))), ClaimError)
		visit = repair.visit_of(self)
		if visit and visit.status != "Settled":
			frappe.throw(_("Settle the repair, visit {0}, first; the insurer wants its invoice.").format(visit.name), ClaimError)

	# What happened, and who pays

	def normalise_texts(self):
		take_contact_from_customer(self)
		normalise_contact_phone(self)
		self.report_number = compact(self.report_number or "") or None

	def set_own_share(self):
		if self.responsibility and not flt(self.own_share):
			self.own_share = USUAL_SHARE[self.responsibility]
		if not 0 <= flt(self.own_share) <= 100:
			frappe.throw(_("{0} must lie between {1} and {2}.").format(_(self.meta.get_label("own_share")), 0, 100), ClaimError)

	def validate_moments(self):
		latest, before = now_datetime() + CLOCK_TOLERANCE, None
		for fieldname in stages.MOMENTS:
			if not self.get(fieldname):
				continue
			moment = _moment(self.get(fieldname))
			if moment > latest:
				frappe.throw(_("{0} must not lie in the future.").format(_(self.meta.get_label(fieldname))), ClaimError)
			if before and _is_before(moment, _moment(self.get(before)), fieldname):
				frappe.throw(
					_("{0} must not be before {1}, {2}.").format(
						_(self.meta.get_label(fieldname)), _(self.meta.get_label(before)), format_datetime(self.get(before), "yyyy-MM-dd HH:mm")
					),
					ClaimError,
				)
			before = fieldname

	def find_policy(self):
		"""The policy that covered the day; the commercial one, which pays the own car, before the compulsory one."""
		if self.covered_by != OWN_POLICY:
			if self.policy and not self.has_changed("policy_number"):
				self.policy_number = None
			self.policy = None
			if not self.insurer:
				frappe.throw(_("Enter the third party's insurer."), frappe.MandatoryError)
			return
		if not self.has_changed("vehicle", "covered_by", "policy") and not self.loss_is_on_another_day():
			return
		if self.get_doc_before_save() and not self.has_changed("policy"):
			self.policy = None
		day = getdate(self.loss_on)
		found = sorted(policies_between(self.vehicle, None, day, day), key=lambda row: row.policy_kind != COMMERCIAL)
		fitting = [row for row in found if not self.policy or row.name == self.policy]
		if not fitting:
			sentence = _("This policy did not cover the car on {0}.") if self.policy else _(
				"No policy that is entered covers this car on {0}; enter the policy first, or say that the third party's insurer pays."
			)
			frappe.throw(sentence.format(formatdate(day)), ClaimError)
		self.policy, self.insurer, self.policy_number = fitting[0].name, fitting[0].insurer, fitting[0].policy_number

	def loss_is_on_another_day(self) -> bool:
		before = self.get_doc_before_save()
		return not before or getdate(before.loss_on) != getdate(self.loss_on)

	# The damage

	def validate_losses(self):
		before = self.get_doc_before_save()
		kept = {row.name: row for row in before.losses} if before and before.assessed_on and before.status not in (stages.REPORTED, stages.SURVEYED) else {}
		given = {row.name for row in self.losses}
		for name, row in kept.items():
			if name not in given:
				frappe.throw(_("{0} is assessed and cannot be taken out.").format(frappe.bold(row.item_name)), ClaimError)
		for row in self.losses:
			self.validate_loss(row)
			if row.name in kept:
				row.supplement = kept[row.name].supplement
				if _loss(kept[row.name]) != _loss(row):
					frappe.throw(_("{0} is assessed and cannot be changed; add a supplement.").format(frappe.bold(row.item_name)), ClaimError)
			else:
				row.supplement = int(bool(kept))
				if kept and self.status not in stages.SUPPLEMENTED:
					frappe.throw(_("A supplement belongs to a claim that is assessed and not submitted yet."), ClaimError)

	def validate_loss(self, row):
		for fieldname in LOSS_NUMBERS:
			number = flt(row.get(fieldname))
			if not isfinite(number) or not 0 <= number <= LARGEST_AMOUNT:
				frappe.throw(
					_("{0} in row {1} must be a number that is not negative.").format(_(row.meta.get_label(fieldname)), row.idx)
				)
		if not flt(row.quantity):
			frappe.throw(_("Quantity in row {0} must be more than 0.").format(row.idx))
		if row.part and row.item_kind != "Part":
			frappe.throw(_("Row {0} names a part but is no part; change its kind or take the part out.").format(row.idx))

	def validate_photos(self):
		before = self.get_doc_before_save()
		known = {row.image for row in before.photos} if before else set()
		for row in self.photos:
			row.taken_on = row.taken_on or now_datetime()
			if row.image not in known:
				ensure_picture(row.image, self)

	# Repair, documents, money

	def take_documents(self):
		"""What insurers want, from the template of this kind; later the rows are the claim's own."""
		model = frappe.db.get_value("C4S Vehicle", self.vehicle, "model") if self.vehicle else None
		template = None if self.documents else template_for(CLAIM_DOCUMENTS, model)
		if template:
			self.document_template = template.name
			for row in template.items:
				self.append("documents", {"item": row.item, "mandatory": row.mandatory, "document_state": MISSING})

	def follow_documents(self):
		for row in self.documents:
			row.document_state = row.document_state or MISSING
			if row.file and row.document_state == MISSING:
				row.document_state = RECEIVED
			row.received_on = (row.received_on or now_datetime()) if row.document_state == RECEIVED else None
		self.documents_missing = sum(bool(row.mandatory) and row.document_state == MISSING for row in self.documents)

	def set_amounts(self):
		if self.service_visit and self.has_changed("service_visit", "vehicle", "dealership"):
			repair.validate_visit(self)
		visit = repair.visit_of(self)
		is_paid = self.status == stages.PAID
		if visit and not (is_paid and not self.has_changed("status")):
			self.repair_amount = visit.insurance_amount
		amounts = claim_amounts(
			[(row.asked_amount, row.assessed_amount, bool(row.supplement)) for row in self.losses],
			self.repair_amount if visit else None,
			self.paid_amount if is_paid else None,
		)
		self.asked_total, self.assessed_total, self.supplement_total = map(float, (amounts.asked, amounts.assessed, amounts.supplement))
		self.difference_amount, self.self_paid_amount = float(amounts.difference), float(amounts.self_paid)
		self.validate_paid(amounts.assessed)

	def validate_paid(self, assessed):
		if not isfinite(flt(self.paid_amount)) or flt(self.paid_amount) < 0:
			frappe.throw(_("{0} must be a number that is not negative.").format(_(self.meta.get_label("paid_amount"))))
		if self.status == stages.PAID and flt(self.paid_amount, 2) > float(assessed):
			frappe.throw(
				_("The insurer paid more than it granted, {0}; look at the amounts again.").format(
					frappe.format(float(assessed), "Currency")
				),
				ClaimError,
			)


def _loss(row) -> tuple:
	return (*(row.get(field) or None for field in LOSS), *(flt(row.get(field), 3) for field in LOSS_NUMBERS))


def _moment(value):
	"""To the minute, as forms show it; None for nothing."""
	return get_datetime(value).replace(second=0, microsecond=0) if value else None


def _is_before(moment, earlier, fieldname: str) -> bool:
	"""A day without a time is not before a moment of that day."""
	return moment.date() < earlier.date() if fieldname == "paid_on" else moment < earlier


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Insurance Claim", ["dealership", "status", "due_on"])
	frappe.db.add_index("C4S Insurance Claim", ["dealership", "modified"])
	frappe.db.add_index("C4S Insurance Claim", ["dealership", "reported_on"])
	frappe.db.add_index("C4S Insurance Claim", ["vehicle", "loss_on"])
	frappe.db.add_index("C4S Insurance Claim", ["customer", "loss_on"])
	frappe.db.add_index("C4S Insurance Claim", ["handler", "status", "due_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Insurance Claim", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
