"""Keys and signatures as the convention of Standard Webhooks has them, so that receivers find a library for their language.

Signed is "<delivery id>.<seconds since 1970>.<body>" with HMAC-SHA256. While a new secret is handed over, both sign.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX, VERSION = "whsec_", "v1"
KEY_BYTES = 32


def new_secret() -> str:
	return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signature(secret: str, delivery: str, timestamp: int, body: bytes) -> str:
	key = base64.b64decode(secret.removeprefix(PREFIX))
	signed = f"{delivery}.{timestamp}.".encode() + body
	return f"{VERSION},{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def headers(secrets_in_use: Iterable[str], delivery: str, timestamp: int, body: bytes) -> dict[str, str]:
	"""What is sent along; one signature for each secret that is in use, the newest first."""
	signatures = " ".join(signature(secret, delivery, timestamp, body) for secret in secrets_in_use)
	return {"webhook-id": delivery, "webhook-timestamp": str(timestamp), "webhook-signature": signatures, "Content-Type": "application/json"}
