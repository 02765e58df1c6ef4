"""deploy/nginx as it is written, with other names and ports, in front of the running application. Needs nginx on the PATH or in CRM4S_NGINX."""

import datetime
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
import unittest
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from embedded.instance import free_port
from embedded.tests.people import PASSWORD, URL, needs_server
from embedded.tests.test_headers import REPOSITORY, SAID, cookies_of, inner_address

NGINX = os.environ.get("CRM4S_NGINX") or shutil.which("nginx")
FOLDER = REPOSITORY / "deploy" / "nginx"
MAIN = """daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}
http {{
	access_log off;
	types {{ text/html html; image/svg+xml svg; application/xhtml+xml xhtml; image/png png; text/css css; }}
	client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
	include {folder}/crm4s-maps.conf; include {folder}/crm4s.conf;
}}
"""


@needs_server
class SameWords(unittest.TestCase):
	def test_the_bench_says_what_the_gateway_says(self):
		written = "".join(file.read_text() for file in FOLDER.glob("*.conf"))
		said = requests.get(f"{URL}/login", timeout=60).headers
		for name in (*SAID, "Content-Security-Policy", "Permissions-Policy"):
			with self.subTest(name):
				self.assertIn(said[name], written)


def certificate(folder: Path) -> None:
	"""A key and a certificate that it signed itself."""
	from cryptography import x509
	from cryptography.hazmat.primitives import hashes, serialization
	from cryptography.hazmat.primitives.asymmetric import ec

	key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
	name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
	made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
	made = made.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
	(folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
	plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
	(folder / "privkey.pem").write_bytes(key.private_bytes(*plain))


def configure(folder: Path, site: Path, port: int, applications: Sequence[str] = (), realtime: str = "", tls: bool = True) -> None:
	"""Our files with other names; in front of the running application, or of `applications` and `realtime` (host:port)."""
	text = (FOLDER / "crm4s.conf").read_text()
	application = re.search(r"\tserver 127\.0\.0\.1:8000[^;]*;\n", text).group()
	several = applications or [inner_address().removeprefix("http://")]
	for old, new in (
		("/etc/letsencrypt/live/crm.example.com", str(folder)), ("/etc/nginx", str(folder)), ("/var/log/nginx", str(folder)), ("/home/frappe/frappe-bench/sites", str(site.parent)),
		("crm.example.com", site.name), (application, "".join(application.replace("127.0.0.1:8000", one) for one in several)), ("127.0.0.1:9000", realtime or (URL or "").removeprefix("http://")),
		# Realtime compares both, and our port is none that goes without saying.
		("proxy_set_header Host $host;\n\t\tproxy_pass http://crm4s_realtime", "proxy_set_header Host $http_host;\n\t\tproxy_pass http://crm4s_realtime"),
		("listen 443 ssl", f"listen 127.0.0.1:{port}{' ssl' if tls else ''}"), ("listen 80", f"listen 127.0.0.1:{free_port(taken=[port])}"),
	):
		text = text.replace(old, new)
	(folder / "crm4s.conf").write_text(re.sub(r".*listen \[::\].*\n", "", text))
	for name in ("crm4s-headers.conf", "crm4s-maps.conf"):
		shutil.copy(FOLDER / name, folder)
	(folder / "nginx.conf").write_text(MAIN.format(folder=folder))
	certificate(folder)


def begin(folder: Path) -> subprocess.Popen:
	"""nginx with the configuration in the folder; whoever begins it ends it."""
	# Its workers may be another user.
	folder.chmod(0o755)
	as_us = ["-g", "user root;"] if os.geteuid() == 0 else []
	command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), *as_us]
	subprocess.run([*command, "-t"], check=True, capture_output=True, text=True)
	return subprocess.Popen(command, stderr=subprocess.DEVNULL)


@needs_server
@unittest.skipUnless(NGINX, "needs nginx: install it, or name it in CRM4S_NGINX")
class InFront(unittest.TestCase):
	@classmethod
	def setUpClass(cls):
		cls.folder = Path(tempfile.mkdtemp())
		cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
		cls.site, port = Path(os.environ["CRM4S_TEST_SITE_PATH"]).resolve(), free_port(taken=())
		configure(cls.folder, cls.site, port)
		server = begin(cls.folder)
		cls.addClassCleanup(server.wait)
		cls.addClassCleanup(server.terminate)
		cls.address = f"https://127.0.0.1:{port}"
		cls.session = requests.Session()
		cls.session.verify = str(cls.folder / "fullchain.pem")
		# The certificate names nobody in particular.
		cls.session.verify = False
		import urllib3

		urllib3.disable_warnings()
		cls.wait()

	@classmethod
	def wait(cls):
		retry = requests.adapters.HTTPAdapter(max_retries=urllib3_retry())
		cls.session.mount("https://", retry)
		cls.session.get(f"{cls.address}/api/method/ping", timeout=60)

	def get(self, path: str, **more) -> requests.Response:
		return self.session.get(self.address + path, timeout=60, **more)

	def sign_in(self, **headers) -> requests.Response:
		data = {"usr": "Administrator", "pwd": PASSWORD}
		return self.session.post(f"{self.address}/api/method/login", data=data, headers=headers, timeout=60)

	def public_file(self, name: str, private: bool = False) -> Path:
		file = self.site / ("private" if private else "public") / "files" / f"{secrets.token_hex(4)}-{name}"
		file.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
		self.addCleanup(file.unlink)
		return file

	def test_each_answer_says_the_headers_once(self):
		style = re.search(r'/assets/[^"]+\.css', self.get("/login").text).group()
		picture = self.public_file("a.png")
		for path in ("/login", "/api/method/ping", "/there-is-none", style, f"/files/{picture.name}"):
			with self.subTest(path):
				answer = self.get(path)
				self.assertEqual(SAID, {name: answer.headers.get(name) for name in SAID})
				self.assertIn("max-age=63072000", answer.headers["Strict-Transport-Security"])
				self.assertEqual(1, len(answer.raw.headers.getlist("Content-Security-Policy")))

	def test_customers_pages_keep_their_own(self):
		answer = self.get("/my/sign-in")
		self.assertEqual(1, len(answer.raw.headers.getlist("Content-Security-Policy")))
		self.assertEqual(("DENY", False), (answer.headers["X-Frame-Options"], "unsafe" in answer.headers["Content-Security-Policy"]))

	def test_what_can_act_is_downloaded(self):
		self.sign_in()
		for name in ("a.svg", "a.xhtml", "a.html.gz", "A.SVG"):
			for private in (False, True):
				with self.subTest(name=name, private=private):
					file = self.public_file(name, private)
					if private:
						self.file_row(file)
					answer = self.get(f"{'/private' if private else ''}/files/{file.name}")
					self.assertEqual((200, True), (answer.status_code, answer.headers.get("Content-Disposition", "").startswith("attachment")))

	def file_row(self, file: Path) -> None:
		from embedded.tests.inside import connected

		with connected() as frappe:
			row = frappe.get_doc({"doctype": "File", "file_name": file.name, "file_url": f"/private/files/{file.name}", "is_private": 1})
			row.db_insert()
			frappe.db.commit()
		self.addCleanup(self.forget_row, row.name)

	def forget_row(self, name: str) -> None:
		from embedded.tests.inside import connected

		with connected() as frappe:
			frappe.db.delete("File", {"name": name})
			frappe.db.commit()

	def test_cookies_travel_by_tls_only(self):
		found = cookies_of(self.sign_in())
		self.assertIn("sid", found)
		self.assertEqual([], [name for name, line in found.items() if "secure" not in line])

	def test_nobody_writes_his_own_address(self):
		self.sign_in(**{"X-Forwarded-For": "203.0.113.9"})
		from embedded.tests.inside import connected

		with connected() as frappe:
			rows = frappe.get_all("Activity Log", {"operation": "Login", "status": "Success"}, ["ip_address"], order_by="creation desc", limit=1)
		self.assertEqual("127.0.0.1", rows[0].ip_address)

	def test_the_log_names_kinds_of_things_and_nobody(self):
		self.get("/api/resource/C4S Customer/Li Lei?phone=13800138000")
		line = self.line_of("/api/resource")
		self.assertEqual(("front", "127.0.0.0", "/api/resource/C4S Customer"), (line["kind"], line["network"], line["way"]))
		self.assertRegex(line["id"], "^[0-9a-f]{32}$")
		self.assertNotRegex(json.dumps(line), "Lei|138001")

	def line_of(self, way: str) -> dict:
		"""Its line in the log, which nginx writes when the answer is gone."""
		ends = time.monotonic() + 30
		while time.monotonic() < ends:
			for line in map(json.loads, (self.folder / "crm4s.json.log").read_text().splitlines()):
				if line["way"].startswith(way):
					return line
			time.sleep(0.1)
		self.fail(f"no line says {way}")

	def test_z_a_storm_is_refused_before_the_application(self):
		def attempt(number: int) -> int:
			data = {"cmd": "login", "usr": f"storm-{number}@example.com", "pwd": "x"}
			return self.session.post(self.address + "/", data=data, timeout=60).status_code

		with ThreadPoolExecutor(20) as pool:
			answers = list(pool.map(attempt, range(120)))
		self.assertGreater(answers.count(429), 60)
		self.assertEqual(200, self.get("/api/method/ping").status_code)


def urllib3_retry():
	from urllib3.util import Retry

	return Retry(connect=20, backoff_factor=0.1)


if __name__ == "__main__":
	unittest.main()
