"""A node of the dealer group: the group, a region of it or an outlet."""

import frappe
from frappe import _
from frappe.utils import get_time
from frappe.utils.nestedset import NestedSet

from crm4s.edge import plain_refusal
from crm4s.identifiers.phone import normalise_phone
from crm4s.settings import setting

OUTLET = "Outlet"
# What a node may stand below; each may also stand at the top.
PARENT_KINDS = {"Group": ("Group",), "Region": ("Group", "Region"), OUTLET: ("Group", "Region")}


class C4SDealership(NestedSet):
	def validate(self):
		self.set_is_group()
		self.normalise_phones()
		self.validate_place_in_tree()
		self.validate_no_nodes_below_outlet()
		self.validate_coordinates()
		self.clear_what_only_outlets_have()
		self.validate_opening_hours()

	def on_update(self):
		is_moved = self.has_value_changed("parent_c4s_dealership")
		super().on_update()
		if is_moved:
			forget_assigned_stores()

	def on_trash(self):
		super().on_trash()
		forget_assigned_stores()

	def set_is_group(self):
		self.is_group = int(self.node_kind != OUTLET)

	def normalise_phones(self):
		for field in ("phone", "rescue_phone"):
			if self.get(field):
				with plain_refusal():
					self.set(field, normalise_phone(self.get(field), setting("default_region")))

	def validate_place_in_tree(self):
		if not self.parent_c4s_dealership:
			return
		parent = frappe.db.get_value(
			"C4S Dealership", self.parent_c4s_dealership, ["dealership_name", "node_kind"], as_dict=True
		)
		if parent and parent.node_kind not in PARENT_KINDS[self.node_kind]:
			frappe.throw(
				_("{0} is of the kind {1} and cannot stand below {2}, which is of the kind {3}.").format(
					self.dealership_name, _(self.node_kind), parent.dealership_name, _(parent.node_kind)
				)
			)

	def validate_no_nodes_below_outlet(self):
		if self.is_group or self.is_new():
			return
		below = frappe.db.get_value("C4S Dealership", {"parent_c4s_dealership": self.name}, "dealership_name")
		if below:
			frappe.throw(
				_("{0} cannot become an outlet while {1} stands below it; move that first.").format(self.dealership_name, below)
			)

	def validate_coordinates(self):
		for field, limit in (("latitude", 90), ("longitude", 180)):
			if abs(self.get(field) or 0) > limit:
				frappe.throw(
					_("{0} must lie between {1} and {2} degrees, but is {3}.").format(
						_(self.meta.get_label(field)), -limit, limit, self.get(field)
					)
				)
		if bool(self.latitude) != bool(self.longitude):
			frappe.throw(_("Latitude and longitude belong together; enter both or neither."))

	def clear_what_only_outlets_have(self):
		if self.node_kind != OUTLET:
			self.outlet_type = self.rescue_phone = None
			self.opening_hours = []
		elif not self.outlet_type:
			frappe.throw(_("{0} is an outlet and needs an outlet type.").format(self.dealership_name))

	def validate_opening_hours(self):
		spans: dict[str, list] = {}
		for row in self.opening_hours:
			opens, closes = get_time(row.opens), get_time(row.closes)
			if opens >= closes:
				frappe.throw(_("Opening hours in row {0} must close later than they open.").format(row.idx))
			for other_opens, other_closes in spans.setdefault(row.weekday, []):
				if opens < other_closes and other_opens < closes:
					frappe.throw(_("Opening hours on {0} overlap.").format(_(row.weekday)))
			spans[row.weekday].append((opens, closes))


def forget_assigned_stores() -> None:
	"""Frappe keeps for each user which nodes stand below the assigned ones; after a change of the tree that is read anew."""
	frappe.cache.delete_value("user_permissions")
