"""A second host of a running CRM: web server and workers in a tree of folders of their own, of which only the files that people attach are the first one's."""

import secrets
import shutil
from dataclasses import replace

from embedded.instance import Instance, free_port, link
from embedded.tests.mortal import Mortal

SHARED = (("public", "files"), ("private", "files"))


def further_host(first: Instance) -> Mortal:
	"""The processes of a host with its own folders for logs, locks and backups; none runs yet. Database and Redis are the first one's."""
	instance = replace(first, name=f"{first.name}-{secrets.token_hex(3)}")
	application = free_port(taken=first.ports.values())
	instance.__dict__.update(secrets=first.secrets, ports={**first.ports, "application": application})
	instance.prepare()
	for name in ("common_site_config.json", f"{first.site}/site_config.json"):
		(instance.sites / name).parent.mkdir(exist_ok=True)
		shutil.copy(first.sites / name, instance.sites / name)
	for folder in (("logs",), ("locks",), ("private", "backups")):
		instance.site_folder.joinpath(*folder).mkdir(parents=True, exist_ok=True)
	for folder in SHARED:
		instance.site_folder.joinpath(*folder).parent.mkdir(parents=True, exist_ok=True)
		link(instance.site_folder.joinpath(*folder), first.site_folder.joinpath(*folder))
	return Mortal(instance)
