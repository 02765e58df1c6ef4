"""Every whitelisted method of the app, found in its files without running them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import crm4s

PACKAGE = Path(crm4s.__file__).resolve().parent


def whitelisted_methods() -> Iterator[tuple[str, bool]]:
	"""Dotted path, and whether guests may call it."""
	for path in sorted(PACKAGE.rglob("*.py")):
		text = path.read_text()
		if "whitelist" not in text or "tests" in path.parts or path.name.startswith("test_"):
			continue
		module = ".".join(["crm4s", *path.relative_to(PACKAGE).with_suffix("").parts])
		for node in ast.parse(text).body:
			decorators = [ast.unparse(one) for one in getattr(node, "decorator_list", ())] if isinstance(node, ast.FunctionDef) else ()
			for decorator in decorators:
				if "whitelist" in decorator:
					yield f"{module}.{node.name}", "allow_guest=True" in decorator
