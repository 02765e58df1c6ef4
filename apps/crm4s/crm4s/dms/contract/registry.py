"""The entities by their names in the contract (`service_order`), each with what the desk calls it and what a record of it looks like."""

from dataclasses import dataclass

from crm4s.dms.contract import customer, parts_sale, service_order, vehicle
from crm4s.dms.contract.base import Record
from crm4s.dms.contract.deal import Deal
from crm4s.dms.contract.part import SparePart
from crm4s.dms.contract.service_appointment import ServiceAppointment
from crm4s.dms.contract.stock_movement import StockMovement
from crm4s.dms.contract.vehicle_model import VehicleModel


@dataclass(frozen=True)
class Entity:
	"""One kind of record that a system sends.

	Attributes:
		code: its name in the contract, such as "service_order".
		title: its name in C4S DMS Link Entity, such as "Service Order".
		doctype: what it becomes.
		model: what a record looks like.
		references: fields that name records of other entities by external id, with these entities' codes; "items.part_id" in a table.
	"""

	code: str
	title: str
	doctype: str
	model: type[Record]
	references: dict[str, str]


_IN_ORDER = (
	Entity("customer", "Customer", "C4S Customer", customer.Customer, {}),
	Entity("vehicle_model", "Vehicle Model", "C4S Vehicle Model", VehicleModel, {}),
	Entity("stock_movement", "Stock Movement", "C4S Stock Movement", StockMovement, {"vehicle_id": "vehicle"}),
	Entity(
		"deal", "Deal", "C4S Deal", Deal, {"customer_id": "customer", "vehicle_id": "vehicle", "trade_in_vehicle_id": "vehicle", "model_id": "vehicle_model"}
	),
	Entity(
		"service_appointment",
		"Service Appointment",
		"C4S Service Appointment",
		ServiceAppointment,
		{"customer_id": "customer", "vehicle_id": "vehicle", "service_visit_id": "service_order", "items.part_id": "part"},
	),
	Entity("part", "Part", "C4S Part", SparePart, {"substitute_id": "part"}),
	Entity("vehicle", "Vehicle", "C4S Vehicle", vehicle.Vehicle, vehicle.REFERENCES),
	Entity("service_order", "Service Order", "C4S Service Visit", service_order.ServiceOrder, service_order.REFERENCES),
	Entity("parts_sale", "Parts Sale", "C4S Service Visit", parts_sale.PartsSale, parts_sale.REFERENCES),
)
ENTITIES: dict[str, Entity] = {entity.code: entity for entity in _IN_ORDER}
