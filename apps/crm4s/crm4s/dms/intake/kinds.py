"""Which intake takes in which entity, and what all records of an entity have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm4s.dms.intake.same_person import recognise
from crm4s.dms.links import THEIRS, Link
from crm4s.intake.appointments import AppointmentIntake
from crm4s.intake.customers import CustomerIntake
from crm4s.intake.deals import DealIntake
from crm4s.intake.models import ModelIntake
from crm4s.intake.parts import PartIntake
from crm4s.intake.plan import Intake
from crm4s.intake.stock import StockIntake
from crm4s.intake.vehicles import VehicleIntake
from crm4s.intake.visits import VisitIntake


@dataclass(frozen=True)
class Kind:
	"""
	Attributes:
		intake: called with the frame and the tables by fieldname.
		constants: values of every record.
		options: further arguments of the intake that follow from the link.
		needs_store: whether a new document is one of a store's, where the link works for certain stores.
		in_order_of: the time in whose order records of one batch are taken in, whatever order they come in.
		rights: what the link's user needs; a log is never changed.
		recognise: finds documents that we know although the number is new; see `same_person.recognise`.
		by_content: all that a record says stands in its document, so that what says the same again need not be looked at.
		mark: stands in the external key, where two entities become documents of one type.
	"""

	intake: type[Intake]
	constants: Mapping[str, Any] = field(default_factory=dict)
	options: Callable[[Link], dict[str, Any]] = lambda link: {}
	recognise: Callable[..., dict[str, str]] | None = None
	mark: str = ""
	by_content: bool = False
	needs_store: bool = False
	in_order_of: str = ""
	rights: tuple[str, ...] = ("create", "write")

	def external_key(self, link: Link, external_id: str) -> str:
		"""How the intake knows the record; a link's name holds no slash."""
		return f"{link.name}/{self.mark}:{external_id}" if self.mark else link.external_key(external_id)


def _orders(title: str) -> Callable[[Link], dict[str, Any]]:
	"""Whose system issues the invoice corrects it as well."""
	return lambda link: {"may_change_settled": link.owner(title, "items") == THEIRS}


KINDS: dict[str, Kind] = {
	"customer": Kind(CustomerIntake, needs_store=True, recognise=recognise),
	"vehicle_model": Kind(ModelIntake),
	"part": Kind(PartIntake),
	"stock_movement": Kind(StockIntake, in_order_of="moved_on", rights=("create",)),
	"vehicle": Kind(VehicleIntake),
	"deal": Kind(DealIntake),
	"service_appointment": Kind(AppointmentIntake),
	"service_order": Kind(VisitIntake, options=_orders("Service Order"), by_content=True),
	"parts_sale": Kind(VisitIntake, {"visit_kind": "Counter Sale"}, _orders("Parts Sale"), mark="parts-sale", by_content=True),
}
