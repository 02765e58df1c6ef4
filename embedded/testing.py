"""`./run test`: a site of its own, a running server on it, and one pytest run over the app, its pages and this folder."""

import argparse
import os
import shutil
import signal
import subprocess
from pathlib import Path

from . import layout, processes, services, setup, site
from .console import Refusal, say, step
from .instance import TEST, free_port
from .lock import only_one

CLEAN = "clean"
NEEDED_IN_BENCH = ("freezegun", "hypothesis", "playwright", "pytest")


def run(options: argparse.Namespace) -> int:
	if options.bench or options.site:
		return in_bench(options)
	with only_one(TEST.root / "lock", "Another test run is under way (process {process}): wait for it or end it."):
		setup.prepare(testing=True)
		TEST.prepare()
		make_site()
		port = free_port(taken=())
		TEST.write_common_config(port)
		with processes.Processes(TEST) as running:
			with step("MariaDB and Redis"):
				running.start_stores()
			if options.framework:
				return framework_suite()
			with step("Web server, workers, scheduler, realtime"):
				running.start_application(port)
			return run_pytest(options, port)


def make_site() -> None:
	"""Start every run from the same site: the one just made, or the clean copy of it."""
	if site.restore_clean_copy(TEST, CLEAN):
		return
	shutil.rmtree(TEST.root / "mariadb", ignore_errors=True)
	services.create_database_folder(TEST)
	TEST.write_common_config(TEST.default_port)
	(TEST.site_folder / site.MIGRATED).unlink(missing_ok=True)
	with processes.Processes(TEST) as running:
		running.start_stores()
		site.ensure(TEST)
	site.keep_clean_copy(TEST, CLEAN)


def run_pytest(options: argparse.Namespace, port: int) -> int:
	environment = processes.frappe_environment(TEST) | {
		"CRM4S_TEST_URL": f"http://127.0.0.1:{port}",
		"CRM4S_TEST_SITE_PATH": str(TEST.site_folder),
		"CRM4S_TEST_ADMINISTRATOR_PASSWORD": TEST.secrets["administrator"],
		"CRM4S_DRILLS": "1" if options.drills else "",
		"CRM4S_STATE": str(layout.STATE),
	}
	return call_pytest(str(layout.PYTHON), options.rest, environment)


def call_pytest(python: str, words: list[str], environment: dict[str, str]) -> int:
	"""Run pytest in the foreground; Ctrl-C reaches it too, and it ends with its own summary."""
	command = [python, "-m", "pytest", f"--rootdir={layout.REPOSITORY}", f"--config-file={layout.REPOSITORY}/pytest.ini"]
	process = subprocess.Popen([*command, *words], cwd=layout.REPOSITORY, env=environment)
	try:
		return process.wait()
	except KeyboardInterrupt:
		process.send_signal(signal.SIGINT)
		process.wait()
		raise


def framework_suite() -> int:
	say("Frappe's own tests")
	command = [str(layout.PYTHON), "-m", "embedded.framework_suite"]
	return subprocess.run(command, cwd=TEST.sites, env=processes.frappe_environment(TEST)).returncode


def in_bench(options: argparse.Namespace) -> int:
	"""Run the whole suite on a site of an ordinary bench, with a web server of that bench beside it."""
	if not (options.bench and options.site):
		raise Refusal("A bench run needs both: ./run test --bench /home/frappe/frappe-bench --site test.localhost.")
	bench = Path(options.bench).resolve()
	python, sites = bench / "env" / "bin" / "python", bench / "sites"
	if not python.exists() or not (sites / options.site / "site_config.json").exists():
		raise Refusal(f"{bench} is not a bench with a site {options.site}: name the folder that holds env/, apps/ and sites/.")
	check = "import " + ", ".join(NEEDED_IN_BENCH)
	if subprocess.run([str(python), "-c", check], capture_output=True).returncode:
		raise Refusal(f"The bench lacks what the tests need: {python} -m pip install {' '.join(NEEDED_IN_BENCH)}.")
	password = os.environ.get("CRM4S_TEST_ADMINISTRATOR_PASSWORD")
	if not password:
		raise Refusal("Name the site's Administrator password in CRM4S_TEST_ADMINISTRATOR_PASSWORD, then run the test again.")
	port = free_port(taken=())
	environment = os.environ | {
		"CRM4S_TEST_URL": f"http://127.0.0.1:{port}",
		"CRM4S_TEST_SITE_PATH": str(sites / options.site),
		"CRM4S_TEST_ADMINISTRATOR_PASSWORD": password,
		"CRM4S_DRILLS": "1" if options.drills else "",
		"CRM4S_BENCH": str(bench),
		"FRAPPE_SITE": options.site,
		"SITES_PATH": str(sites),
		"PYTHONPATH": str(layout.REPOSITORY),
	}
	serve = [str(python), "-m", "frappe.utils.bench_helper", "frappe", "--site", options.site, "serve", "--port", str(port)]
	with open(bench / "logs" / "crm4s-test-server.log", "wb") as log:
		server = subprocess.Popen([*serve, "--noreload"], cwd=sites, env=environment, stdout=log, stderr=log)
	try:
		services.wait_for_port(port, server, Path(log.name), "The bench's web server")
		return call_pytest(str(python), options.rest, environment)
	finally:
		server.terminate()
		server.wait()
