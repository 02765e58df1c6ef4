"""The lookups that every new site has, read from the same seed files that install them, and the demo's own tables. Pure."""

import json
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SEED = HERE.parent / "seed" / "data"


@cache
def table(name: str) -> dict:
	"""One of the demo's data files."""
	return json.loads((HERE / "data" / f"{name}.json").read_text())


@cache
def standard(doctype: str) -> list[dict]:
	"""The seed documents of one type, in the order of their files."""
	return [
		values
		for file in sorted(SEED.glob("*.json"))
		for values in json.loads(file.read_text())
		if values["doctype"] == doctype
	]
