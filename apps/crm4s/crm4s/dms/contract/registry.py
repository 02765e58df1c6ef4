"""The entities by their names in the contract (`service_order`), each with what the desk calls it and what a record of it looks like."""

from dataclasses import dataclass

from crm4s.dms.contract.base import Record


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


ENTITIES: dict[str, Entity] = {}
