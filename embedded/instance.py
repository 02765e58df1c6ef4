"""An instance is one running CRM: its site, database, Redis, ports, secrets and logs, in one folder of the state.

`start` uses the instance `live`, `test` an instance of its own, so that tests never touch a person's data and both can
run at the same time.
"""

import json
import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import layout

APPS = ("frappe", "crm4s")


@dataclass(frozen=True)
class Instance:
	name: str
	site: str
	default_port: int
	# Durable keeps every committed transaction through a power cut; the test instance trades that for speed.
	durable: bool
	buffer_pool_megabytes: int

	@property
	def root(self) -> Path:
		return layout.STATE / self.name

	@property
	def sites(self) -> Path:
		return self.root / "sites"

	@property
	def site_folder(self) -> Path:
		return self.sites / self.site

	@property
	def logs(self) -> Path:
		return self.root / "logs"

	@property
	def run(self) -> Path:
		return self.root / "run"

	@property
	def secrets_file(self) -> Path:
		return self.root / "secrets.json"

	@cached_property
	def secrets(self) -> dict[str, str]:
		"""Random passwords of this install: made once, readable by the owner only."""
		if self.secrets_file.exists():
			return json.loads(self.secrets_file.read_text())
		made = {name: secrets.token_urlsafe(18) for name in ("database", "redis", "administrator", "demo")}
		write_private(self.secrets_file, json.dumps(made, indent=1))
		return made

	@property
	def ports_file(self) -> Path:
		return self.run / "ports.json"

	@cached_property
	def ports(self) -> dict[str, int]:
		"""Loopback ports of the inner services: free ones, kept while they stay free."""
		kept = json.loads(self.ports_file.read_text()) if self.ports_file.exists() else {}
		ports = {}
		for name in ("database", "redis_cache", "redis_queue", "application"):
			port = kept.get(name)
			ports[name] = port if port and is_free(port) else free_port(taken=ports.values())
		write_private(self.ports_file, json.dumps(ports))
		return ports

	def running_ports(self) -> dict[str, int]:
		"""The ports a running instance uses, as its starter wrote them."""
		return json.loads(self.ports_file.read_text())

	def use_running_ports(self) -> None:
		"""Mean the services that run, not free ports for new ones."""
		self.__dict__["ports"] = self.running_ports()

	def prepare(self) -> None:
		"""Lay out the folders of an ordinary bench around the shared applications and assets."""
		for folder in (self.sites, self.logs, self.run, self.root / "config"):
			folder.mkdir(parents=True, exist_ok=True)
		os.chmod(self.root, 0o700)
		layout.ASSETS.mkdir(parents=True, exist_ok=True)
		layout.BENCH_APPS.mkdir(parents=True, exist_ok=True)
		link(self.root / "apps", layout.BENCH_APPS)
		link(self.sites / "assets", layout.ASSETS)
		(self.sites / "apps.txt").write_text("\n".join(APPS) + "\n")

	def redis_url(self, role: str) -> str:
		return f"redis://:{self.secrets['redis']}@127.0.0.1:{self.ports['redis_' + role]}"

	def write_common_config(self, port: int) -> None:
		config = {
			"db_host": "127.0.0.1",
			"db_port": self.ports["database"],
			"db_ssl_disabled": 1,
			"redis_cache": self.redis_url("cache"),
			"redis_queue": self.redis_url("queue"),
			"redis_socketio": self.redis_url("queue"),
			"default_site": self.site,
			"webserver_port": port,
			"host_name": f"http://localhost:{port}",
			"server_script_enabled": 0,
			"developer_mode": 0,
			"live_reload": False,
			"serve_default_site": True,
			"frappe_user": os.environ.get("USER") or "root",
		}
		write_private(self.sites / "common_site_config.json", json.dumps(config, indent=1))


LIVE = Instance("live", "crm4s.localhost", 8000, durable=True, buffer_pool_megabytes=256)
TEST = Instance("test", "test.localhost", 8100, durable=False, buffer_pool_megabytes=512)


def link(path: Path, target: Path) -> None:
	"""Make `path` a link to `target`, replacing whatever is there."""
	if path.is_symlink() and os.readlink(path) == str(target):
		return
	if path.is_dir() and not path.is_symlink():
		shutil.rmtree(path)
	else:
		path.unlink(missing_ok=True)
	path.symlink_to(target)


def write_private(path: Path, text: str) -> None:
	"""Write a file that only its owner may read, whole or not at all."""
	path.parent.mkdir(parents=True, exist_ok=True)
	fresh = path.with_name(path.name + ".new")
	with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
		file.write(text)
	fresh.replace(path)


def is_free(port: int) -> bool:
	with socket.socket() as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind(("127.0.0.1", port))
		except OSError:
			return False
	return True


def free_port(taken) -> int:
	while True:
		with socket.socket() as probe:
			probe.bind(("127.0.0.1", 0))
			port = probe.getsockname()[1]
		if port not in taken:
			return port
