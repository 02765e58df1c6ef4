"""What a link may send and get, by the names of the contract."""

from collections.abc import Iterable

from frappe import _

from crm4s.dms import problems
from crm4s.dms.contract.registry import ENTITIES, Entity
from crm4s.dms.links import Link


def require_takes_in(link: Link, code: str) -> Entity:
	"""The entity that the system wants to send.

	Raises:
		Problem: there is no such entity, or the link does not send it.
	"""
	entity = ENTITIES.get(code)
	if not entity:
		raise unknown_entity(ENTITIES)
	if entity.title not in link.takes_in:
		raise problems.problem("entity_refused", _("This link does not send {0}; allow it in C4S DMS Link.").format(_(entity.title)))
	return entity


def require_gives_out(link: Link, title: str) -> None:
	"""
	Args:
		title: as in C4S DMS Link Entity.

	Raises:
		Problem: the link does not get these.
	"""
	if title not in link.gives_out:
		raise problems.problem("entity_refused", _("This link does not get {0}; allow it in C4S DMS Link.").format(_(title)))


def unknown_entity(known: Iterable[str]) -> problems.Problem:
	error = {"code": "wrong_value", "field": "entity", "message": _("It must be one of {0}.").format(", ".join(sorted(known)))}
	return problems.problem("unknown_entity", _("There is no entity of this name; see errors."), errors=[error])
