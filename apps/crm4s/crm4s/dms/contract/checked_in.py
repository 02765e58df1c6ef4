"""The description as it is checked in, for who wants to read it without a server."""

import json
from pathlib import Path

from crm4s.dms import gate, v1
from crm4s.dms.contract import openapi

# In the repository, beside the page for integrators.
FILE = Path(__file__).resolve().parents[5] / "docs" / "dms-openapi.json"
SERVER = "https://crm.example.com"


def text() -> str:
	methods = [method for name, method in gate.METHODS.items() if hasattr(v1, name)]
	return json.dumps(openapi.describe(methods, SERVER), ensure_ascii=False, indent="\t") + "\n"


def write() -> None:
	"""Check the present description in: `./run bench execute crm4s.dms.contract.checked_in.write`."""
	FILE.write_text(text(), encoding="utf-8")
