"""What in a person's documents says something of the person, and what stays.

What is not named here goes: a text field that is added one day, by us or by an admin, is erased until somebody says that it may stay.
"""

from dataclasses import dataclass

import frappe

TEXTS = frozenset(
	(
		*("Data", "Small Text", "Text", "Long Text", "Text Editor", "HTML Editor", "Markdown Editor", "Code", "JSON", "Autocomplete"),
		*("Attach", "Attach Image", "Image", "Signature", "Geolocation", "Password", "Phone", "Barcode", "Read Only"),
	)
)
# Columns of the framework that hold words of people.
UNSEEN = ("_comments", "_user_tags", "_liked_by", "_assign", "_seen")
# Keys by which nothing happens twice, numbers of papers, and words of price lists: they say nothing of a person.
STAYING: dict[str, frozenset[str]] = {
	doctype: frozenset(fields.split())
	for doctype, fields in {
		"C4S Customer": "external_key",
		"C4S Lead": "external_key next_contact_time",
		"C4S Deal": "external_key exterior_colour interior_colour vin allocation_key finance_provider",
		"C4S Deal Item": "item_name",
		"C4S Deal Check": "section item",
		"C4S Deal Service": "provider",
		"C4S Quotation Version": "model_title exterior_colour interior_colour",
		"C4S Quotation Line": "description",
		"C4S Quotation Finance": "offer provider",
		"C4S Used Car Appraisal": "vin model_description exterior_colour",
		"C4S Appraisal Point": "section item",
		"C4S Appraisal Document": "item",
		"C4S Insurance Policy": "policy_number",
		"C4S Insurance Claim": "policy_number report_number ended_from",
		"C4S Claim Loss": "item_name",
		"C4S Claim Document": "item",
		"C4S Service Visit": "external_key language invoice_number",
		"C4S Service Item": "item_name",
		"C4S Walk-Round Point": "area item",
		"C4S Maintenance Done": "item",
		"C4S Service Appointment": "external_key language",
		"C4S Appointment Item": "item_name",
		"C4S Dispatch Fee": "item_name",
		"C4S Repair Job Item": "service_item item_name",
		"C4S Complaint": "source_key",
		"C4S Interaction": "source_key extension called_number",
		"C4S Care Task": "due_key",
		"C4S Survey Invitation": "source_key",
		"C4S Survey Answer": "question code section question_row",
		"C4S Consent": "text_version",
		"C4S Message": "channels tried_channels claim send_key source_key language provider_id",
		"C4S Membership": "lots",
		"C4S Points Entry": "source_key taken_from",
		"C4S Coupon": "code source_key",
		"C4S Gift Hand-Out": "gift gift_name once_key",
		"C4S Event Registration": "code once_key",
		"C4S Customer Cost": "source_key",
		"C4S Customer Value": "rfm_cell",
		"C4S Purchase Advice Model": "model_title",
		"C4S Data Request": "outcome proof found_as",
	}.items()
}
# What is no text and says something of a person all the same.
FURTHER: dict[str, tuple[str, ...]] = {
	"C4S Customer": (
		*("sex", "identity_document_type", "birthday", "lunar_birth_year", "lunar_birth_month", "lunar_birth_day", "lunar_birth_leap"),
		*("occupation", "income_band", "education", "household_size", "purchase_purpose", "fleet_size", "agreement_valid_from"),
		*("agreement_valid_until", "contract_class", "key_account_manager"),
	),
	"C4S Dispatch Order": ("latitude", "longitude"),
	"C4S Test Drive": ("licence_class", "licence_valid_until"),
	"C4S Car Rental": ("licence_class", "licence_valid_until"),
}
# Tables that are about the person only: their rows go.
TABLES_THAT_GO = frozenset(
	(
		*("C4S Customer Phone", "C4S Customer Interest", "C4S Customer Relation", "C4S Organisation Contact", "C4S Data Request Change"),
		*("C4S Appraisal Photo", "C4S Claim Photo", "C4S Dispatch Photo"),
	)
)
# Documents that are nothing without the person: they go.
DOCUMENTS_THAT_GO = (
	*("C4S Portal Device", "C4S Portal Link", "C4S Portal Access", "C4S Portal Account", "C4S Segment Member", "C4S Owner Club Member"),
	*("C4S Club Post", "C4S Quarantined Lead", "C4S Approval Link", "C4S Lead Request", "C4S Merge Row", "C4S Different People", "C4S Possible Twin", "C4S ERPNext Match"),
)
NUMBERS_OF_COLUMNS = frozenset(("Int", "Float", "Currency", "Percent", "Check", "Rating"))


@dataclass(frozen=True)
class Wiped:
	"""What a column holds afterwards.

	Attributes:
		marked: it must not be empty, so it holds the mark of the erasure.
		zero: its column holds numbers.
	"""

	fieldname: str
	marked: bool = False
	zero: bool = False


def wiped_fields(doctype: str) -> list[Wiped]:
	"""The columns of a type, fields that an admin added among them, that are emptied."""
	meta = frappe.get_meta(doctype)
	staying, further = STAYING.get(doctype, frozenset()), FURTHER.get(doctype, ())
	fields = [field for field in meta.fields if field.fieldname not in staying and not field.is_virtual]
	chosen = [field for field in fields if field.fieldtype in TEXTS or field.fieldname in further]
	shown = {meta.title_field, *(field.fieldname for field in chosen if field.reqd)}
	return [
		Wiped(field.fieldname, field.fieldname in shown and not field.unique, field.fieldtype in NUMBERS_OF_COLUMNS)
		for field in chosen
	]


def child_tables(doctype: str) -> list[str]:
	return sorted({field.options for field in frappe.get_meta(doctype).get_table_fields()})
