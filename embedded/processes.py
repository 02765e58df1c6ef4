"""Start, watch and end the processes of an instance. Whoever starts them owns them: when it dies, even by kill -9, they die."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from . import layout, services
from .console import Refusal
from .instance import Instance, write_private
from .lock import holder, only_one
from .tools import end_with_parent, last_line

def frappe_environment(instance: Instance) -> dict[str, str]:
	"""What a Frappe process needs; nothing of the caller's Python or Node settings leaks in."""
	kept = {name: os.environ[name] for name in ("HOME", "USER", "TZ", "TERM", "CI") if name in os.environ}
	return kept | {
		"PATH": f"{layout.ENVIRONMENT}/bin:{os.environ.get('PATH', os.defpath)}:/usr/local/bin:/usr/sbin",
		"LANG": "C.UTF-8",
		"SITES_PATH": str(instance.sites),
		"FRAPPE_SITE": instance.site,
		"FRAPPE_TUNE_GC": "1",
		"PYTHONPATH": str(layout.REPOSITORY),
		"DO_NOT_TRACK": "1",
	}


def bench_command(*words: str) -> list[str]:
	"""The command line of one of Frappe's own commands; to be run in the sites folder."""
	return [str(layout.PYTHON), "-m", "frappe.utils.bench_helper", "frappe", *words]


class Processes:
	"""The processes of one instance, in the order they were started; leaving the block ends them in reverse."""

	def __init__(self, instance: Instance):
		self.instance = instance
		self.running: dict[str, subprocess.Popen] = {}

	def __enter__(self) -> "Processes":
		return self

	def __exit__(self, *exception) -> None:
		self.stop()

	def spawn(self, name: str, command: list[str], **extra_environment: str) -> subprocess.Popen:
		log = open(self.log(name), "wb")
		process = subprocess.Popen(
			command,
			cwd=self.instance.sites,
			env=frappe_environment(self.instance) | extra_environment,
			stdin=subprocess.DEVNULL,
			stdout=log,
			stderr=subprocess.STDOUT,
			# Its own group, so that Ctrl-C reaches us alone and we end the rest in order.
			start_new_session=True,
			preexec_fn=end_with_parent,
		)
		log.close()
		self.running[name] = process
		self.write_table()
		return process

	def log(self, name: str) -> Path:
		return self.instance.logs / f"{name}.log"

	def write_table(self) -> None:
		table = {"starter": os.getpid()} | {name: process.pid for name, process in self.running.items()}
		write_private(self.instance.run / "processes.json", json.dumps(table))

	def start_stores(self) -> None:
		"""MariaDB and both Redis servers, ready to use when this returns."""
		self.spawn_stores()
		self.wait_for_stores()

	def spawn_stores(self) -> None:
		self.spawn("database", services.database_command(self.instance))
		for role in ("cache", "queue"):
			self.spawn(f"redis_{role}", services.redis_command(self.instance, role))

	def wait_for_stores(self) -> None:
		for name in ("database", "redis_cache", "redis_queue"):
			self.wait_for(name, self.instance.ports[name], name.replace("_", " ").capitalize())

	def start_application(self, port: int, workers: int = 2) -> None:
		"""Web server, job workers, scheduler and the gateway with realtime; ready when this returns."""
		self.spawn_application(port, workers)
		self.wait_for_application(port)

	def spawn_application(self, port: int, workers: int = 2, *, scheduler: bool = True) -> None:
		self.spawn_web(workers)
		self.spawn_workers()
		if scheduler:
			self.spawn("scheduler", bench_command("schedule"))
		self.spawn(
			"gateway",
			["node", str(layout.EMBEDDED / "gateway" / "gateway.mjs")],
			CRM4S_PORT=str(port),
			CRM4S_APPLICATION=f"http://127.0.0.1:{self.instance.ports['application']}",
			CRM4S_NODE=str(layout.NODE),
			CRM4S_REDIS=self.instance.redis_url("queue"),
		)

	def spawn_web(self, workers: int = 2) -> None:
		self.spawn(
			"web",
			[
				str(layout.PYTHON),
				"-m",
				"gunicorn",
				f"--config={layout.EMBEDDED / 'gunicorn_settings.py'}",
				"embedded.inside.wsgi:application",
			],
			CRM4S_BIND=f"127.0.0.1:{self.instance.ports['application']}",
			CRM4S_WORKERS=str(workers),
		)

	def spawn_workers(self) -> None:
		self.spawn("worker_short", bench_command("worker", "--queue", "short,default", "--quiet"))
		self.spawn("worker_long", bench_command("worker", "--queue", "default,long", "--quiet"))

	def wait_for_application(self, port: int) -> None:
		self.wait_for_web()
		self.wait_for("gateway", port, "The gateway")

	def wait_for_web(self) -> None:
		self.wait_for("web", self.instance.ports["application"], "The web server")

	def wait_for(self, name: str, port: int, what: str) -> None:
		services.wait_for_port(port, self.running[name], self.log(name), what)

	def watch(self, meanwhile: Callable[[], None] | None = None) -> None:
		"""Refuse as soon as a process ends by itself; `meanwhile` is called twice a second."""
		while True:
			if meanwhile:
				meanwhile()
			for name, process in self.running.items():
				if process.poll() is not None:
					end = last_line(self.log(name).read_text(errors="replace"))
					raise Refusal(f"The process {name} ended by itself ({end}); its log is {self.log(name)}.")
			time.sleep(0.5)

	def stop(self) -> None:
		"""End the processes, those that use the stores before the stores themselves."""
		stores = {"database", "redis_cache", "redis_queue"}
		for group in (self.running.keys() - stores, self.running.keys() & stores):
			for name in group:
				end(self.running[name])
			for name in group:
				wait(self.running[name])
		self.running.clear()
		(self.instance.run / "processes.json").unlink(missing_ok=True)


@contextmanager
def stores_of(instance: Instance) -> Iterator[None]:
	"""Within the block the instance's MariaDB and Redis run: those of the running CRM, else some that are started for it."""
	if holder(instance.root / "lock"):
		instance.use_running_ports()
		yield
		return
	with only_one(instance.root / "lock", "CRM4S is just starting (process {process}): try again when it runs."), Processes(instance) as running:
		instance.prepare()
		instance.write_common_config(instance.default_port)
		running.start_stores()
		yield


def end(process: subprocess.Popen) -> None:
	if process.poll() is None:
		process.terminate()


def wait(process: subprocess.Popen, seconds: float = 15) -> None:
	try:
		process.wait(seconds)
	except subprocess.TimeoutExpired:
		os.killpg(process.pid, signal.SIGKILL)
		process.wait()
