"""`./run test`: a site of its own, a running server on it, and one pytest run over the app, its pages and this folder.

A whole run uses every core: three pytest workers for two cores, since each waits half of its time for its server and its
browser, every one on an instance of its own, so that no test sees another worker's rows. A run of chosen tests stays in one
process on one instance, where `-x`, `-s` and `--pdb` mean what they say.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from . import alone, layout, processes, services, setup, site
from .console import Refusal, say, step
from .instance import TEST, Instance, free_port, write_private
from .lock import only_one

CLEAN = TEST.root / "clean"
FAILED = TEST.root / "failed"
NEEDED_IN_BENCH = ("aiosmtpd", "axe-playwright-python", "freezegun", "hypothesis", "playwright", "pytest")
# Words of pytest that choose tests or talk to the person: not worth a second instance, or not possible with one.
CHOOSING = re.compile(r"-[qvl]*[kmxsh]|--(exitfirst|maxfail|pdb|trace|capture|collect-only|co$|last-failed|lf$|stepwise|sw$|deselect|help|version|markers|fixtures)")
MOST_WORKERS = 4


def run(options: argparse.Namespace) -> int:
	if options.bench or options.site:
		return in_bench(options)
	with only_one(TEST.root / "lock", "Another test run is under way (process {process}): wait for it or end it."):
		setup.prepare(testing=True)
		TEST.prepare()
		with ThreadPoolExecutor(1) as pool:
			# A site is made on one core; the other one is free for what only some tests need.
			rules = pool.submit(setup.rules_environment)
			make_site()
			rules.result()
		if options.framework:
			return framework_suite(options.rest)
		instances = [TEST, *(further_instance(number) for number in range(2, workers(options.rest) + 1))]
		FAILED.unlink(missing_ok=True)
		with running(instances) as ports:
			code = run_pytest(options, instances, ports)
		return run_alone(options, code) if len(instances) > 1 else code


def run_alone(options: argparse.Namespace, code: int) -> int:
	"""The exit code once the few tests of servers and browsers that failed beside others had the machine for themselves."""
	tests = alone.to_run_again(FAILED) if code == 1 else []
	if not tests:
		return code
	say("\n  ".join(["Failed beside the others; once more, alone:", *tests]))
	make_site()
	with running([TEST]) as ports:
		return run_pytest(argparse.Namespace(**{**vars(options), "rest": tests}), [TEST], ports)


def workers(words: list[str]) -> int:
	"""How many pytest workers to run: as many as `-n` says, one for a choice of tests, else three for two cores."""
	cores = len(os.sched_getaffinity(0))
	for word, following in zip(words, [*words[1:], ""]):
		if wanted := re.fullmatch(r"(?:-n|--numprocesses)=?(\w*)", word):
			count = wanted.group(1) or following
			return max(1, int(count)) if count.isdigit() else cores
	paths = [word for word in words if not word.startswith("-") and (layout.REPOSITORY / word.split("::")[0]).exists()]
	if paths or any(CHOOSING.match(word) for word in words):
		return 1
	return min(max(cores * 3 // 2, 1), MOST_WORKERS)


def make_site() -> None:
	"""Start every run from the same site: the one just made, or the clean copy of it."""
	if site.has_clean_copy(CLEAN):
		site.restore_clean_copy(TEST, CLEAN)
		return
	shutil.rmtree(TEST.root / "mariadb", ignore_errors=True)
	services.create_database_folder(TEST)
	TEST.write_common_config(TEST.default_port)
	(TEST.site_folder / site.MIGRATED).unlink(missing_ok=True)
	with processes.Processes(TEST) as started:
		started.start_stores()
		site.ensure(TEST)
	site.keep_clean_copy(TEST, CLEAN)


def further_instance(number: int) -> Instance:
	"""The instance of worker `number`: folders, ports and servers of its own, the site and its passwords those of the first."""
	instance = replace(TEST, name=f"{TEST.name}-{number}")
	instance.prepare()
	write_private(instance.secrets_file, TEST.secrets_file.read_text())
	site.restore_clean_copy(instance, CLEAN)
	return instance


@contextmanager
def running(instances: list[Instance]):
	"""Start everything of these instances for the block; yields the public port of each."""
	ports: list[int] = []
	with ExitStack() as stack:
		started = [stack.enter_context(processes.Processes(instance)) for instance in instances]
		with step("MariaDB and Redis" + (f", {len(instances)} times" if len(instances) > 1 else "")):
			for each in started:
				each.spawn_stores()
			for each in started:
				each.wait_for_stores()
		with step("Web server, workers, realtime"):
			for each in started:
				ports.append(free_port(taken=ports))
				each.instance.write_common_config(ports[-1])
				# The jobs of a full hour would write beside a test that did not ask for them.
				each.spawn_application(ports[-1], scheduler=False)
			for each, port in zip(started, ports):
				each.wait_for_application(port)
		yield ports


def run_pytest(options: argparse.Namespace, instances: list[Instance], ports: list[int]) -> int:
	environment = processes.frappe_environment(TEST) | {
		"CRM4S_TEST_ADMINISTRATOR_PASSWORD": TEST.secrets["administrator"],
		"CRM4S_DRILLS": "1" if options.drills else "",
		"CRM4S_STATE": str(layout.STATE),
		# A folder for pictures of what the browser tests see (tests/end_to_end/desk.py).
		"CRM4S_TEST_PICTURES": os.environ.get("CRM4S_TEST_PICTURES", ""),
		# For the tests of deploy/nginx where it is not on the PATH.
		"CRM4S_NGINX": os.environ.get("CRM4S_NGINX", ""),
	}
	places = [
		{
			"CRM4S_TEST_URL": f"http://127.0.0.1:{port}",
			"CRM4S_TEST_SITE_PATH": str(instance.site_folder),
			"SITES_PATH": str(instance.sites),
		}
		for instance, port in zip(instances, ports)
	]
	if len(instances) == 1:
		return call_pytest(str(layout.PYTHON), options.rest, environment | places[0])
	# conftest.py leads each worker to its place and puts the long classes first; a class stays on one worker.
	environment["CRM4S_TEST_FAILED"] = str(FAILED)
	environment["CRM4S_TEST_PLACES"] = json.dumps({f"gw{number}": place for number, place in enumerate(places)})
	spread = [f"--numprocesses={len(instances)}", "--dist=loadscope", "--no-loadscope-reorder", "--max-worker-restart=0"]
	return call_pytest(str(layout.PYTHON), [*spread, *options.rest], environment)


def call_pytest(python: str, words: list[str], environment: dict[str, str]) -> int:
	"""Run pytest in the foreground; Ctrl-C reaches it too, and it ends with its own summary."""
	command = [python, "-m", "pytest", f"--rootdir={layout.REPOSITORY}", f"--config-file={layout.REPOSITORY}/pytest.ini"]
	process = subprocess.Popen([*command, *words], cwd=layout.REPOSITORY, env=environment)
	try:
		code = process.wait()
		if code < 0:
			raise Refusal(f"pytest did not end by itself, {signal.Signals(-code).name} ended it: its summary is missing, run the test again.")
		return code
	except KeyboardInterrupt:
		process.send_signal(signal.SIGINT)
		process.wait()
		raise


def framework_suite(modules: list[str]) -> int:
	TEST.write_common_config(free_port(taken=()))
	with processes.Processes(TEST) as started:
		with step("MariaDB and Redis"):
			started.start_stores()
		say("Frappe's own tests")
		command = [str(layout.PYTHON), "-m", "embedded.framework_suite", *modules]
		return subprocess.run(command, cwd=TEST.sites, env=processes.frappe_environment(TEST)).returncode


def in_bench(options: argparse.Namespace) -> int:
	"""Run the whole suite on a site of an ordinary bench, with a web server of that bench beside it."""
	if not (options.bench and options.site):
		raise Refusal("A bench run needs both: ./run test --bench /home/frappe/frappe-bench --site test.localhost.")
	bench = Path(options.bench).resolve()
	python, sites = bench / "env" / "bin" / "python", bench / "sites"
	if not python.exists() or not (sites / options.site / "site_config.json").exists():
		raise Refusal(f"{bench} is not a bench with a site {options.site}: name the folder that holds env/, apps/ and sites/.")
	check = "import " + ", ".join(package.replace("-", "_") for package in NEEDED_IN_BENCH)
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
