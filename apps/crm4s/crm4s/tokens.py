"""What guards the links that are sent to people: a token of which only the hash is kept, or a name with its signature, which is kept nowhere."""

import base64
import hashlib
import hmac

from crm4s.sealing import keyed_hash

SIGNATURE_BYTES = 16


def hash_of(token: str) -> str:
	"""What is kept of a token: 64 hexadecimal digits."""
	return hashlib.sha256(token.encode()).hexdigest()


def signature_of(text: str) -> str:
	"""A text's HMAC by the site's key, in the letters of an address. The text begins with what the link is for, so that none fits another purpose."""
	return base64.urlsafe_b64encode(keyed_hash(text)[:SIGNATURE_BYTES]).decode().rstrip("=")


def is_same(expected: str, given: str) -> bool:
	"""Whether two tokens are one, in a time that does not tell how far they agree."""
	return hmac.compare_digest(expected.encode(), given.encode())
