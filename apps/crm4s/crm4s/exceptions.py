"""The refusals that a caller may need to tell apart; each is a validation error to Frappe, unless it says otherwise."""

import frappe


class InvalidIdentifierError(frappe.ValidationError):
	"""A VIN, plate, phone or identity number that cannot be one."""


class DuplicateCustomerError(frappe.ValidationError):
	"""The verified primary phone belongs to another customer of the group."""


class NobodyAvailableError(frappe.ValidationError):
	"""No consultant in the line of the showroom can take the visitor now."""


class VisitMovedOnError(frappe.ValidationError):
	"""A showroom visit is no longer where the caller believed it to be: a colleague was faster."""


class AppendOnlyError(frappe.ValidationError):
	"""An attempt to change or delete a row of a log."""


class TooManyLookupsError(frappe.ValidationError):
	"""A user searched for customers of other stores more often than the group allows."""


class TooManySignInsError(frappe.TooManyRequestsError):
	"""Too many wrong passwords came from one address; answered with 429."""


class StockMovementError(frappe.ValidationError):
	"""A movement that the car cannot make now."""


class OdometerError(frappe.ValidationError):
	"""A reading that does not fit those before and after it."""


class StatusFollowsStateError(frappe.ValidationError):
	"""An attempt to write the status of a document that a workflow leads."""


class NoStateForStatusError(frappe.ValidationError):
	"""The active workflow has no state with the status that the document must take."""


class OpenItemsError(frappe.ValidationError):
	"""Mandatory items of the checklist are open in the state that would be left."""


class FieldsNeededError(frappe.ValidationError):
	"""Fields are empty that the state which would be entered needs."""


class CarTakenError(frappe.ValidationError):
	"""The car is allocated to another deal, or was delivered already."""


class DeliveryRefusedError(frappe.ValidationError):
	"""Something that delivery needs is still missing."""


class OfferExpiredError(frappe.ValidationError):
	"""The offer for a used car is not valid any more."""


class PurchaseRefusedError(frappe.ValidationError):
	"""Something is missing before a used car can be bought."""


class BookingError(frappe.ValidationError):
	"""A time for which the resource cannot be booked."""


class SlotTakenError(BookingError):
	"""Somebody else has the resource at that time."""


class TestDriveError(frappe.ValidationError):
	"""A step of a test drive that cannot be taken yet, or no more."""


class DuplicateLeadError(frappe.ValidationError):
	"""The store has an open lead with this phone number."""


class LeadTakenError(frappe.ValidationError):
	"""Somebody else took the lead from the pool, or it is not there any more."""


class HoldingLimitError(frappe.ValidationError):
	"""A consultant has as many open leads as one may have."""


class AppointmentError(frappe.ValidationError):
	"""A step of a service appointment that cannot be taken yet, or no more."""


class RepairJobError(frappe.ValidationError):
	"""A step of a job in the workshop that cannot be taken yet, or no more."""


class ApprovalError(frappe.ValidationError):
	"""A decision on an item that cannot be taken, or no more."""


class LinkRefusedError(frappe.ValidationError):
	"""The link of a customer is not known, used, expired, revoked, or shows a quotation that has changed since."""


class SettlementError(frappe.ValidationError):
	"""Something is not decided, done or checked before a visit is settled."""


class WalkRoundError(frappe.ValidationError):
	"""A point, mark, photo or signature of a walk-round that cannot be kept."""


class DispatchError(frappe.ValidationError):
	"""A step of a rescue or a home service that cannot be taken yet, or no more."""


class PolicyError(frappe.ValidationError):
	"""A policy that cannot be: its days, its coverages, or a second one for the same days."""


class ClaimError(frappe.ValidationError):
	"""A step of an insurance claim that cannot be taken yet, or no more."""


class RentalError(frappe.ValidationError):
	"""A step of a car rental that cannot be taken yet, or no more."""


class PointsError(frappe.ValidationError):
	"""Points that a member does not have, or a booking that the ledger does not know."""


class CouponError(frappe.ValidationError):
	"""A coupon that does not count: unknown, used, over, for somebody else, or for another store or bill."""


class OpenCaseError(frappe.ValidationError):
	"""The car, or the customer, has an open retention case already."""


class NotWonBackError(frappe.ValidationError):
	"""A retention case without a settled visit since it was opened."""


class OfferNotApprovedError(frappe.ValidationError):
	"""An offer that costs more than may be given without approval."""


class CompensationNotApprovedError(frappe.ValidationError):
	"""A complaint whose solution costs more than may be promised without approval."""


class ReferralError(frappe.ValidationError):
	"""A person who was brought by somebody else, or was a customer before."""


class CampaignError(frappe.ValidationError):
	"""A step of a campaign, a registration or a gift that cannot be taken yet, or no more."""


class SegmentError(frappe.ValidationError):
	"""A segment, a list of customers or a club that does not take what was asked of it."""


class SignInError(frappe.ValidationError):
	"""A code or link that lets nobody into the portal."""


class GroupDataError(frappe.ValidationError):
	"""The place of the group's files cannot be used."""
