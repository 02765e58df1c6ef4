"""Words that the database keeps without saying them: encrypted to be read again, digested to be found again.

Both use the site's encryption key, so a backup without the site's configuration tells nobody a number, and is of no use without it.
"""

import hashlib
import hmac

from frappe.utils.password import decrypt, encrypt, get_encryption_key


def seal(text: str) -> str:
	"""The text encrypted; another one each time."""
	return encrypt(text)


def unseal(sealed: str | None) -> str:
	"""What was sealed; empty where nothing was.

	Raises:
		frappe.ValidationError: it was sealed with another key.
	"""
	return decrypt(sealed) if sealed else ""


def digest(text: str) -> str:
	"""The same 64 characters for the same text, which nobody finds by trying all texts without the key."""
	return keyed_hash(f"digest:{text}").hex()


def keyed_hash(text: str) -> bytes:
	"""A text's HMAC-SHA256 by the site's key, 32 bytes. The text begins with what it is for, so that none fits another purpose."""
	return hmac.new(get_encryption_key().encode(), text.encode(), hashlib.sha256).digest()
