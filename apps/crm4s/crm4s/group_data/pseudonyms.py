"""Names under which people and cars leave the site: the same one every night, and nobody finds whose it is without the site's key."""

import hashlib
from collections.abc import Collection

import pandas as pd

from crm4s.group_data.data_sets import CAR, PERSON
from crm4s.sealing import keyed_hash

BYTES = 12
ERASED = "erased"


class Pseudonyms:
	"""Pseudonyms of one site.

	Who was erased leaves under another one than before, so that nothing leads from what is counted now to what an older file says of the person.
	"""

	def __init__(self, erased: Collection[str] = ()):
		self._keys = {kind: keyed_hash(f"group-data:{kind}") for kind in (PERSON, CAR, ERASED)}
		self._erased = frozenset(erased)

	@property
	def key_name(self) -> str:
		"""Tells that the key is another one, without telling the key."""
		return hashlib.blake2b(b"name", key=self._keys[PERSON], digest_size=8).hexdigest()

	def of(self, kind: str, name: str) -> str | None:
		"""24 hexadecimal digits; None for nobody."""
		if not name:
			return None
		key = self._keys[ERASED if kind == PERSON and name in self._erased else kind]
		return hashlib.blake2b(name.encode(), key=key, digest_size=BYTES).hexdigest()

	def of_all(self, kind: str, names: pd.Series) -> pd.Series:
		return names.map({name: self.of(kind, name) for name in names.unique()})
