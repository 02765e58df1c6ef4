"""Private MariaDB and Redis of an instance: own data folders, ports and passwords, on loopback; never the system's own."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

from .console import Refusal
from .instance import Instance, write_private
from .tools import check_room, last_line, run_or_refuse


def binary(name: str, *others: str) -> str:
	"""Path of a server program; `CRM4S_<NAME>` in the environment overrides the search."""
	variable = "CRM4S_" + name.upper().replace("-", "_")
	wanted = os.environ.get(variable)
	if wanted:
		if not os.access(wanted, os.X_OK):
			raise Refusal(f"{variable} names {wanted}, which is not a program that can be run.")
		return wanted
	path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin:/usr/local/bin"
	for candidate in (name, *others):
		if found := shutil.which(candidate, path=path):
			return found
	raise FileNotFoundError(name)


def database_options(instance: Instance) -> list[str]:
	"""Server settings: UTF-8 for every script, strict writes, small where nothing is lost by it."""
	data = instance.root / "mariadb"
	options = [
		"--no-defaults",
		f"--datadir={data}",
		f"--port={instance.ports['database']}",
		"--bind-address=127.0.0.1",
		# Relative to the data folder: an absolute path may exceed the 107 bytes a socket's name can have.
		"--socket=server.sock",
		f"--pid-file={instance.run}/mariadb.pid",
		# A server that starts clears its folder for temporary tables: in a common one those of other servers.
		f"--tmpdir={instance.run}",
		"--character-set-server=utf8mb4",
		"--collation-server=utf8mb4_unicode_ci",
		"--sql-mode=STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
		"--skip-name-resolve",
		"--skip-ssl",
		"--skip-log-bin",
		"--performance-schema=OFF",
		f"--innodb-buffer-pool-size={instance.buffer_pool_megabytes}M",
		# Half the buffer: with less, whoever writes much at once waits for pages to reach the disk.
		f"--innodb-log-file-size={instance.buffer_pool_megabytes // 2}M",
		f"--innodb-flush-log-at-trx-commit={1 if instance.durable else 0}",
		"--innodb-print-all-deadlocks=ON",
		"--max-connections=60",
		"--table-open-cache=800",
		"--max-allowed-packet=64M",
		"--local-infile=ON",
	]
	if not instance.durable:
		options += ["--innodb-doublewrite=0"]
	if os.geteuid() == 0:
		options.append("--user=root")
	return options


def create_database_folder(instance: Instance) -> None:
	"""Make MariaDB's system tables once; killed half-way, the next call starts over."""
	data = instance.root / "mariadb"
	if data.exists():
		return
	for older in instance.root.glob("mariadb-*.new"):
		shutil.rmtree(older, ignore_errors=True)
	# A name of its own: the server that a killed attempt had begun may write for a moment yet.
	fresh = instance.root / f"mariadb-{secrets.token_hex(4)}.new"
	options = ["--no-defaults", f"--datadir={fresh}", "--auth-root-authentication-method=normal", "--skip-test-db"]
	if os.geteuid() == 0:
		options.append("--user=root")
	run_or_refuse([binary("mariadb-install-db", "mysql_install_db"), *options], "MariaDB could not make its data folder")
	fresh.rename(data)


def database_command(instance: Instance) -> list[str]:
	# The password is set at every start, so a kill between the first start and the first site cannot lock us out.
	first = instance.run / "first.sql"
	password = instance.secrets["database"]
	write_private(
		first,
		f"ALTER USER root@localhost IDENTIFIED BY '{password}';\n"
		f"CREATE USER IF NOT EXISTS root@127.0.0.1 IDENTIFIED BY '{password}';\n"
		f"ALTER USER root@127.0.0.1 IDENTIFIED BY '{password}';\n"
		"GRANT ALL PRIVILEGES ON *.* TO root@127.0.0.1 WITH GRANT OPTION;\n",
	)
	return [binary("mariadbd", "mysqld"), *database_options(instance), f"--init-file={first}"]


def redis_command(instance: Instance, role: str) -> list[str]:
	"""`role` is cache (may forget, keeps nothing) or queue (forgets nothing, survives a restart)."""
	folder = instance.root / "redis" / role
	folder.mkdir(parents=True, exist_ok=True)
	keeping = ["maxmemory 128mb", "maxmemory-policy allkeys-lru", 'save ""', "appendonly no"]
	if role == "queue":
		keeping = ["maxmemory-policy noeviction", "appendonly yes", "appendfsync everysec", 'save ""']
	if role == "queue" and not instance.durable:
		keeping = ["maxmemory-policy noeviction", "appendonly no", 'save ""']
	settings = folder / "redis.conf"
	lines = [
		"bind 127.0.0.1",
		f"port {instance.ports['redis_' + role]}",
		f"requirepass {instance.secrets['redis']}",
		f"dir {folder}",
		"daemonize no",
		*keeping,
	]
	write_private(settings, "\n".join(lines) + "\n")
	return [binary("redis-server"), str(settings)]


def wait_for_port(port: int, process: subprocess.Popen, log: Path, what: str, seconds: float = 60) -> None:
	"""Return as soon as `port` accepts; refuse with the log's last line when the process ends or time is up."""
	deadline = time.monotonic() + seconds
	while time.monotonic() < deadline:
		if process.poll() is not None:
			break
		with socket.socket() as probe:
			probe.settimeout(1)
			if probe.connect_ex(("127.0.0.1", port)) == 0:
				return
		time.sleep(0.05)
	said = log.read_text(errors="replace")
	check_room(last_line(said))
	raise Refusal(f"{what} did not start: {last_line(said)} (all of it is in {log})")
