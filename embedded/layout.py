"""Where everything lives. One state folder holds all that is fetched, built or written; the rest of the tree stays clean."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
EMBEDDED = REPOSITORY / "embedded"
APP = REPOSITORY / "apps" / "crm4s"

STATE = Path(os.environ.get("CRM4S_STATE") or REPOSITORY / ".state").resolve()
DOWNLOADS = STATE / "downloads"
MARKERS = STATE / "markers"
ENVIRONMENT = STATE / "env"
PYTHON = ENVIRONMENT / "bin" / "python"
# semgrep with what it needs (requirements-rules.lock), for the tests only.
RULES = STATE / "rules"
# locust and py-spy (requirements-load.lock), for benchmarks/stores.py only.
LOAD = STATE / "load"
NODE = STATE / "node"
ASSETS = STATE / "assets"
LOCK = STATE / "lock"

# Frappe takes the folder three above its package for its bench.
BENCH_APPS = STATE / "bench" / "apps"
FRAMEWORK = BENCH_APPS / "frappe"
