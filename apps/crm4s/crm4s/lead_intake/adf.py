"""Leads in ADF 1.0, the XML in which portals of other countries send them, read into plain facts. Pure.

Senders keep to the format loosely: tags in capitals, with or without a namespace, a declaration in the wrong place, bare ampersands, several
vendors and contacts. What can be understood is; what no sender needs (entities of its own, files elsewhere) is refused.
"""

import codecs
import html
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crm4s.identifiers.problem import Problem

MOST_BYTES = 1024**2
LONGEST = 2000
# Which number of a customer is tried first; a fax is never called.
PHONES = ("cellphone", "cell", "mobile", "voice", "phone", "")
_DECLARATIONS = re.compile(r"\A\s*(?:<\?.*?\?>\s*)+", re.DOTALL)
_ENCODING = re.compile(rb"""encoding\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_ENTITY = re.compile(r"&(#?\w{1,32};)?")
_KNOWN_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def leads_in(document: str | bytes) -> list[dict[str, str]]:
	"""The prospects of a document, each as texts by name; what was not sent is not there.

	Names: key, received_on, name, phone, email, vendor, provider, model (make, model and trim as the sender names them), model_year,
	stock_number, vin, interest, new_or_used, price, budget, payment_method, trade_in, city, comments.

	Raises:
		Problem: too large, no XML, or XML that declares entities or reaches outside.
	"""
	root = _parsed(document)
	prospects = [root] if _tag(root) == "prospect" else list(_every(root, "prospect"))
	return [_lead(prospect) for prospect in prospects]


def _parsed(document: str | bytes) -> Element:
	if len(document) > MOST_BYTES:
		raise Problem("The document is too large; at most {most} KB are taken.", most=MOST_BYTES // 1024)
	text = _DECLARATIONS.sub("", _decoded(document).lstrip("\ufeff")).strip()
	try:
		return _strictly(text)
	except ParseError:
		try:
			return _strictly(_ENTITY.sub(_mended, text))
		except ParseError as error:
			raise Problem("The document is not XML: {reason}.", reason=str(error)) from None


def _strictly(text: str) -> Element:
	try:
		return fromstring(text, forbid_dtd=False, forbid_entities=True, forbid_external=True)
	except DefusedXmlException:
		raise Problem("The document declares entities or refers to files elsewhere; send it without.") from None


def _decoded(document: str | bytes) -> str:
	"""By its mark, its declaration, else as UTF-8 or the encodings that old systems of China and the west use."""
	if isinstance(document, str):
		return document
	if document.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
		return document.decode("utf-16", errors="replace")
	declared = _ENCODING.search(document[:300])
	for encoding in (declared.group(1).decode("ascii") if declared else "utf-8", "utf-8", "gb18030"):
		try:
			return document.decode(encoding)
		except (LookupError, UnicodeDecodeError):
			continue
	return document.decode("cp1252", errors="replace")


def _mended(found: re.Match) -> str:
	"""A bare ampersand, and what HTML names but XML does not."""
	entity = found.group(1)
	if entity in _KNOWN_ENTITIES or (entity and entity.startswith("#")):
		return found.group()
	character = html.unescape(found.group()) if entity else found.group()
	return character if entity and character != found.group() else "&amp;" + (entity or "")


def _lead(prospect: Element) -> dict[str, str]:
	customer, vehicle = _first(prospect, "customer"), _wanted_car(prospect)
	contact = next((one for one in _children(customer, "contact") if _name(one) or _phone(one)), _first(customer, "contact"))
	vendor = next((one for one in _children(prospect, "vendor") if _vendor(one)), None)
	provider = _first(prospect, "provider")
	facts = {
		"key": _key(prospect),
		"received_on": _text(prospect, "requestdate"),
		"name": _name(contact),
		"phone": _phone(contact),
		"email": _text(contact, "email"),
		"city": _text(_first(contact, "address"), "city"),
		"vendor": _vendor(vendor),
		"provider": _text(provider, "name") or _text(provider, "service"),
		"comments": _together("\n", _text(customer, "comments"), _text(vehicle, "comments"), _text(prospect, "comments")),
		"budget": _amount(_first(_first(vehicle, "finance"), "amount")),
		"payment_method": _text(_first(vehicle, "finance"), "method"),
		"trade_in": _described(_car(prospect, "trade-in")),
		**_of_car(vehicle),
	}
	return {name: value[:LONGEST] for name, value in facts.items() if value}


def _of_car(vehicle: Element | None) -> dict[str, str]:
	return {
		"model": _together(" ", *(_text(vehicle, tag) for tag in ("make", "model", "trim"))),
		"model_year": _text(vehicle, "year"),
		"stock_number": _text(vehicle, "stock"),
		"vin": _text(vehicle, "vin"),
		"price": _amount(_first(vehicle, "price")),
		"interest": (vehicle.get("interest") or "") if vehicle is not None else "",
		"new_or_used": (vehicle.get("status") or "") if vehicle is not None else "",
	}


def _wanted_car(prospect: Element) -> Element | None:
	return next((one for one in _children(prospect, "vehicle") if _interest(one) != "trade-in"), None)


def _car(prospect: Element, interest: str) -> Element | None:
	return next((one for one in _children(prospect, "vehicle") if _interest(one) == interest), None)


def _interest(vehicle: Element) -> str:
	return (vehicle.get("interest") or "").strip().lower().replace("_", "-")


def _described(vehicle: Element | None) -> str:
	return _together(" ", *(_text(vehicle, tag) for tag in ("year", "make", "model", "trim")))


def _key(prospect: Element) -> str:
	"""The sender's own number, with whose it is, where it says."""
	number = next((one for one in _children(prospect, "id") if _own_text(one)), None)
	if number is None:
		return prospect.get("id") or ""
	return _together(":", number.get("source") or "", _own_text(number))


def _vendor(vendor: Element | None) -> str:
	return _text(vendor, "id") or _text(vendor, "vendorname") or _text(vendor, "name")


def _name(contact: Element | None) -> str:
	"""The whole name, else its parts; Chinese ones have the family name first and nothing between."""
	parts = {(one.get("part") or "full").strip().lower(): _own_text(one) for one in _children(contact, "name") if _own_text(one)}
	if parts.get("full"):
		return parts["full"]
	first, last = parts.get("first", ""), parts.get("last", "")
	if _CHINESE.search(first + last):
		return last + first
	return _together(" ", first, parts.get("middle", ""), last)


def _phone(contact: Element | None) -> str:
	"""The number that the customer prefers, else a mobile one, else any that is no fax."""
	phones = [(_kind(one), one) for one in _children(contact, "phone") if _own_text(one) and _kind(one) in PHONES]
	phones.sort(key=lambda pair: (pair[1].get("preferredcontact") != "1", PHONES.index(pair[0])))
	return _own_text(phones[0][1]) if phones else ""


def _kind(phone: Element) -> str:
	return (phone.get("type") or "").strip().lower()


def _amount(element: Element | None) -> str:
	return _own_text(element) if element is not None else ""


# Elements, whatever their case and namespace


def _tag(element: Element) -> str:
	return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _every(element: Element, tag: str) -> Iterator[Element]:
	return (one for one in element.iter() if _tag(one) == tag)


def _children(element: Element | None, tag: str) -> list[Element]:
	return [] if element is None else [one for one in element if _tag(one) == tag]


def _first(element: Element | None, tag: str) -> Element | None:
	return next(iter(_children(element, tag)), None)


def _text(element: Element | None, tag: str) -> str:
	"""The text of the first child of this name that has one."""
	return next((text for one in _children(element, tag) if (text := _own_text(one))), "")


def _own_text(element: Element) -> str:
	return " ".join("".join(element.itertext()).split())


def _together(separator: str, *parts: str) -> str:
	return separator.join(part for part in parts if part)
