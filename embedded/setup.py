"""The stages from a bare clone to something that can be started. Each is skipped when its inputs have not changed, and
starts over when it was interrupted, so a kill at any moment costs time only."""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from . import framework, layout, machine
from .console import step
from .instance import APPS, link
from .lock import exclusive
from .tools import run_or_refuse

UV = "uv==0.13.9"


def prepare(testing: bool = False) -> None:
	"""Bring everything that is shared by all instances up to date."""
	machine.check_git()
	machine.check_node()
	layout.STATE.mkdir(parents=True, exist_ok=True)
	layout.MARKERS.mkdir(exist_ok=True)
	with exclusive(layout.STATE / "setup.lock", "Another start or test is setting up; waiting for it."):
		packages = machine.missing_packages(testing)
		if packages:
			with step(f"Debian packages: {', '.join(packages)}"):
				machine.install_packages(packages)
		if not layout.ENVIRONMENT.exists():
			machine.check_disk(layout.STATE)
		with ThreadPoolExecutor(2) as pool:
			# Node's packages load while Python's do; the bundles need both the packages and Frappe's source.
			node = pool.submit(node_packages)
			python_environment()
			frappe_source()
			node.result()
		bundles()


def file_digest(*paths: Path, but=lambda file: False) -> str:
	"""Changes with the name or content of any file below `paths`, except those of which `but` says True."""
	digest = hashlib.sha256()
	for path in paths:
		files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
		for file in files:
			if "__pycache__" not in file.parts and not but(file.relative_to(layout.REPOSITORY)):
				digest.update(str(file.relative_to(layout.REPOSITORY)).encode() + file.read_bytes())
	return digest.hexdigest()


@contextmanager
def stage(name: str, title: str, fingerprint: str):
	"""Run the block unless this very input was done before; `yield`s None when there is nothing to do."""
	marker = layout.MARKERS / name
	if marker.exists() and marker.read_text() == fingerprint:
		yield None
		return
	marker.unlink(missing_ok=True)
	with step(title) as shown:
		yield shown
	# A marker that is there is whole: a start that is killed here does the stage once more or not at all.
	written = marker.with_suffix(".new")
	written.write_text(fingerprint)
	written.replace(marker)


def python_environment() -> None:
	lock = layout.EMBEDDED / "requirements.lock"
	with stage("python", "Python packages", file_digest(lock) + sys.version) as shown:
		if shown:
			make_environment(lock)


def make_environment(lock: Path) -> None:
	# Scripts of an environment name its folder, so it is made where it stays, and `env` leads to it when it is whole.
	fresh = layout.STATE / f"{layout.ENVIRONMENT.name}-{secrets.token_hex(4)}"
	python = fresh / "bin" / "python"
	run_or_refuse([sys.executable, "-m", "venv", str(fresh)], "Python's venv failed")
	unreachable = "The Python package index could not be used: check the network and pip's settings, then start again"
	run_or_refuse([str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", UV], unreachable)
	install = [str(fresh / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(python)]
	run_or_refuse([*install, "--require-hashes", "-r", str(lock)], unreachable, **index_settings(python))
	paths = [str(layout.FRAMEWORK), str(layout.APP)]
	site_packages = next((fresh / "lib").glob("python3*")) / "site-packages"
	(site_packages / "crm4s_bench.pth").write_text("\n".join(paths) + "\n")
	link(layout.ENVIRONMENT, fresh)
	for older in layout.STATE.glob(f"{layout.ENVIRONMENT.name}-*"):
		if older != fresh:
			shutil.rmtree(older, ignore_errors=True)


def index_settings(python: Path) -> dict[str, str]:
	"""pip's own index and certificate settings (many sites have a mirror), for uv, which does not read them."""
	names = {"global.index-url": "UV_DEFAULT_INDEX", "global.cert": "SSL_CERT_FILE"}
	settings = {"UV_SYSTEM_CERTS": "1"}
	for name, variable in names.items():
		asked = subprocess.run(
			[str(python), "-m", "pip", "config", "get", name], capture_output=True, text=True
		)
		if asked.returncode == 0 and asked.stdout.strip():
			settings[variable] = asked.stdout.strip()
	if os.environ.get("PIP_INDEX_URL"):
		settings["UV_DEFAULT_INDEX"] = os.environ["PIP_INDEX_URL"]
	return settings


def rules_environment() -> None:
	"""semgrep for embedded/tests/test_rules.py, apart from the application: it wants older versions of the same packages."""
	environment_apart(layout.RULES, "semgrep for the rules of the code")


def environment_apart(folder: Path, title: str) -> None:
	"""Packages that the application must not have, in an environment of their own: those of requirements-<name of the folder>.lock."""
	lock = layout.EMBEDDED / f"requirements-{folder.name}.lock"
	with stage(folder.name, title, file_digest(lock) + sys.version) as shown:
		if shown:
			shutil.rmtree(folder, ignore_errors=True)
			run_or_refuse([sys.executable, "-m", "venv", "--without-pip", str(folder)], "Python's venv failed")
			unreachable = "The Python package index could not be used: check the network and pip's settings, then try again"
			install = [str(layout.ENVIRONMENT / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")]
			run_or_refuse([*install, "--require-hashes", "-r", str(lock)], unreachable, **index_settings(layout.PYTHON))


def frappe_source() -> None:
	with stage("frappe", "Frappe, names restored and patched", framework.fingerprint()) as shown:
		if shown:
			layout.BENCH_APPS.mkdir(parents=True, exist_ok=True)
			wheel = layout.DOWNLOADS / framework.WHEEL
			if not wheel.exists():
				download_wheel(wheel)
			framework.restore(wheel)
	link(layout.BENCH_APPS / "crm4s", layout.APP)


def download_wheel(wheel: Path) -> None:
	folder = layout.DOWNLOADS / "new"
	shutil.rmtree(folder, ignore_errors=True)
	folder.mkdir(parents=True)
	run_or_refuse(
		[
			*(str(layout.PYTHON), "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"),
			*("--dest", str(folder), f"{framework.PACKAGE}=={framework.VERSION}"),
		],
		"Frappe's source could not be fetched from the Python package index: check the network, then start again",
	)
	(folder / framework.WHEEL).rename(wheel)


def node_packages() -> None:
	lists = [layout.EMBEDDED / "node" / name for name in ("package.json", "package-lock.json")]
	with stage("node", "Node packages", file_digest(*lists)) as shown:
		if shown:
			fresh = layout.NODE.with_name("node.new")
			shutil.rmtree(fresh, ignore_errors=True)
			fresh.mkdir(parents=True)
			for file in lists:
				shutil.copy(file, fresh)
			run_or_refuse(
				["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=warn"],
				"The npm registry could not be used: check the network and npm's settings, then start again",
				cwd=fresh,
			)
			shutil.rmtree(layout.NODE, ignore_errors=True)
			fresh.rename(layout.NODE)


def bundles() -> None:
	public = layout.APP / "crm4s" / "public"
	inputs = file_digest(public, layout.EMBEDDED / "node") + framework.fingerprint()
	with stage("bundles", "Desk and website bundles", inputs) as shown:
		if shown:
			fresh = layout.ASSETS.with_name("assets.new")
			shutil.rmtree(fresh, ignore_errors=True)
			script = layout.EMBEDDED / "node" / "build.mjs"
			run_or_refuse(
				["node", str(script), str(layout.BENCH_APPS), str(fresh), str(layout.NODE), *APPS],
				"The desk's bundles could not be built",
			)
			shutil.rmtree(layout.ASSETS, ignore_errors=True)
			fresh.rename(layout.ASSETS)


def pin_packages(upgrade: bool) -> int:
	"""Write the .lock files from the .in files, with hashes, without registry addresses; `upgrade` takes the newest
	versions, else those already pinned stay."""
	pin(upgrade, "requirements.lock", "requirements.in", "requirements-test.in")
	for name in ("rules", "load"):
		pin(upgrade, f"requirements-{name}.lock", f"requirements-{name}.in")
	return 0


def pin(upgrade: bool, lock: str, *names: str) -> None:
	inputs = [str(layout.EMBEDDED / name) for name in names]
	command = [str(layout.ENVIRONMENT / "bin" / "uv"), "pip", "compile", "--quiet", "--universal", *(["--upgrade"] if upgrade else [])]
	command += ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-annotate"]
	output = str(layout.EMBEDDED / lock)
	run_or_refuse([*command, *inputs, "--output-file", output], "The packages could not be pinned", **index_settings(layout.PYTHON))
