"""Requests to addresses that somebody entered: never to a place within the house that an administrator has not allowed.

The name is resolved once, every address it has is looked at, and the connection goes to the address that was looked at; a name that leads
elsewhere a moment later leads nowhere. Redirects are not followed.
"""

import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit, urlunsplit

import requests
from frappe import _
from requests.adapters import HTTPAdapter

from crm4s.messages.adapters.web import ADDRESS, CONNECTION, Answer, NotReachedError, exchange
from crm4s.settings import setting

PORTS = {"https": 443, "http": 80}
# An IPv4 address may be carried within these.
TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
Address = IPv4Address | IPv6Address


class _ToAddress(HTTPAdapter):
	"""Connects to an address and asks for the certificate of the name."""

	def __init__(self, host: str):
		self.host = host
		super().__init__()

	def init_poolmanager(self, *args, **kwargs):
		super().init_poolmanager(*args, server_hostname=self.host, assert_hostname=self.host, **kwargs)


def request(method: str, url: str, *, headers: Mapping[str, str], data: bytes | None = None, seconds: float) -> Answer:
	"""The answer of a server.

	Raises:
		NotReachedError: nothing was sent; for ADDRESS where we may not go there.
		NoAnswerError: it was sent, and no whole answer came back.
	"""
	if why_not(url):
		raise NotReachedError(ADDRESS)
	parts = urlsplit(url)
	port = parts.port or PORTS[parts.scheme]
	address = _checked_address(parts.hostname, port)
	direct = urlunsplit((parts.scheme, f"{_in_url(address)}:{port}", parts.path or "/", parts.query, ""))
	with requests.Session() as session:
		if parts.scheme == "https":
			session.mount("https://", _ToAddress(parts.hostname))
		return exchange(session, method, direct, headers={**headers, "Host": parts.netloc}, data=data, seconds=seconds)


def why_not(url: str | None) -> str | None:
	"""Why an address may not be called, as far as it says so itself; None where it may. Where its name leads is looked at when it is called."""
	try:
		parts = urlsplit(url or "")
		host, port = parts.hostname, parts.port
	except ValueError:
		return _("it is not written as an address")
	if not host or parts.scheme not in PORTS:
		return _("it must begin with https://")
	if parts.username or parts.password:
		return _("it must hold no password")
	if _is_allowed_host(host, port or PORTS[parts.scheme]):
		return None
	if parts.scheme != "https":
		return _("it must begin with https://")
	literal = _literal(host)
	if literal and not is_public(literal):
		return _("it lies within the house, and is not among the hosts that the settings allow")
	return None


def is_public(address: Address) -> bool:
	"""Whether an address lies outside: no loopback, private, link-local, multicast or reserved one, nor one of these in other clothes."""
	if isinstance(address, IPv6Address):
		inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or _translated(address)
		if inner:
			return is_public(inner)
	return address.is_global and not address.is_multicast and not address.is_reserved


def _checked_address(host: str, port: int) -> Address:
	"""Where to connect.

	Raises:
		NotReachedError: the name is not known, or one of its addresses lies within the house.
	"""
	try:
		found = [ip_address(place[4][0].partition("%")[0]) for place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
	except (OSError, ValueError, UnicodeError) as error:
		raise NotReachedError(CONNECTION) from error
	if not _is_allowed_host(host, port) and not all(is_public(address) for address in found):
		raise NotReachedError(ADDRESS)
	if not found:
		raise NotReachedError(CONNECTION)
	return found[0]


def _is_allowed_host(host: str, port: int) -> bool:
	allowed = {line.strip().casefold() for line in (setting("allowed_hosts") or "").splitlines()}
	bare = host.casefold().rstrip(".")
	return bool({bare, f"{bare}:{port}", f"[{bare}]:{port}"} & allowed)


def _literal(host: str) -> Address | None:
	try:
		return ip_address(host)
	except ValueError:
		return None


def _translated(address: IPv6Address) -> IPv4Address | None:
	if any(address in network for network in TRANSLATED):
		return IPv4Address(int(address) & 0xFFFFFFFF)
	return None


def _in_url(address: Address) -> str:
	return f"[{address}]" if isinstance(address, IPv6Address) else str(address)
