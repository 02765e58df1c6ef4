"""One request to a provider's server: nowhere but where an administrator said, never longer and never more than we want to wait for."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import requests
from requests.exceptions import ConnectionError as NoConnectionError
from urllib3.exceptions import MaxRetryError, NewConnectionError

LONGEST_ANSWER_BYTES = 64 * 1024
CONNECT_SECONDS = 5
LONGEST_SECONDS = 60
# Why a request failed.
ADDRESS, CERTIFICATE, CONNECTION, TIME, LENGTH = "address", "certificate", "connection", "time", "length"


class NotReachedError(Exception):
	"""The server was not reached, for the reason given: it has seen nothing of the request."""


class NoAnswerError(Exception):
	"""The request went out, and no whole answer came back, for the reason given."""


@dataclass(frozen=True)
class Answer:
	status: int
	headers: Mapping[str, str]
	body: bytes


def is_allowed(url: str) -> bool:
	"""https to anywhere, http to this machine only; no name or password in the address."""
	try:
		parts = urlsplit(url)
		host, _port = parts.hostname, parts.port
	except ValueError:
		return False
	if not host or parts.username or parts.password:
		return False
	return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def request(method: str, url: str, *, headers: Mapping[str, str], params=None, data: bytes | None = None, seconds: float) -> Answer:
	"""The answer of a server, redirects not followed.

	Args:
		seconds: to wait for the whole answer, 60 at most.

	Raises:
		NotReachedError: nothing was sent.
		NoAnswerError: it was sent, but the answer was cut off, too late or longer than 64 KiB.
	"""
	if not is_allowed(url):
		raise NotReachedError(ADDRESS)
	with requests.Session() as session:
		return exchange(session, method, url, headers=headers, params=params, data=data, seconds=seconds)


def exchange(session: requests.Session, method: str, url: str, *, headers: Mapping[str, str], params=None, data: bytes | None = None, seconds: float) -> Answer:
	"""The same over a session of the caller, who has looked at the address."""
	seconds = min(max(seconds, 1), LONGEST_SECONDS)
	deadline = time.monotonic() + seconds
	# No proxy, and no password out of a file of this machine.
	session.trust_env = False
	try:
		response = session.request(
			method,
			url,
			headers=dict(headers),
			params=params,
			data=data,
			timeout=(min(CONNECT_SECONDS, seconds), seconds),
			allow_redirects=False,
			stream=True,
		)
		return Answer(response.status_code, response.headers, _read(response, deadline))
	except requests.exceptions.ConnectTimeout as error:
		raise NotReachedError(TIME) from error
	except requests.exceptions.SSLError as error:
		raise NotReachedError(CERTIFICATE) from error
	except NoConnectionError as error:
		if _never_connected(error):
			raise NotReachedError(CONNECTION) from error
		raise NoAnswerError(CONNECTION) from error
	except requests.exceptions.Timeout as error:
		raise NoAnswerError(TIME) from error
	except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
		raise NotReachedError(ADDRESS) from error
	except (requests.exceptions.RequestException, OSError) as error:
		raise NoAnswerError(CONNECTION) from error


def _read(response, deadline: float) -> bytes:
	"""The body, in pieces: a server that drips bytes would keep us for ever."""
	body = b""
	for piece in response.iter_content(4096):
		body += piece
		if len(body) > LONGEST_ANSWER_BYTES:
			raise NoAnswerError(LENGTH)
		if time.monotonic() > deadline:
			raise NoAnswerError(TIME)
	return body


def _never_connected(error: NoConnectionError) -> bool:
	cause = error.args[0] if error.args else None
	return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _is_this_machine(host: str) -> bool:
	if host == "localhost":
		return True
	try:
		return ip_address(host).is_loopback
	except ValueError:
		return False
