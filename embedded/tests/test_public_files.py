"""Public files over a real socket: what is asked for comes out, what lies beside the folder does not."""

import gzip
import http.client
import os
import socket
import threading
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from wsgiref.simple_server import WSGIRequestHandler, make_server

from embedded.inside.public_files import PublicFiles


def application(environ, start_response):
	start_response("200 OK", [("Content-Type", "text/plain")])
	return [b"application"]


class QuietHandler(WSGIRequestHandler):
	def log_message(self, *arguments):
		pass


class PublicFilesTest(unittest.TestCase):
	@classmethod
	def setUpClass(cls):
		cls.temporary = TemporaryDirectory()
		cls.site = Path(cls.temporary.name) / "test.localhost"
		cls.folder = cls.site / "public" / "files"
		(cls.folder / "inner").mkdir(parents=True)
		(cls.site / "site_config.json").write_text('{"db_password": "secret"}')
		(cls.site / "public" / "files-beside").mkdir()
		(cls.site / "public" / "files-beside" / "x.txt").write_text("secret")
		(cls.site / "private").mkdir()
		(cls.site / "private" / "backup.sql.gz").write_bytes(gzip.compress(b"secret"))
		(cls.folder / "note.txt").write_text("0123456789")
		(cls.folder / "inner" / "picture.png").write_bytes(b"\x89PNG")
		(cls.folder / "维修 单.pdf").write_bytes(b"%PDF")
		for name in ("page.html", "PAGE.HTM", "drawing.svg", "data.xml", "script.js", "page.xhtml", "page.html.gz"):
			(cls.folder / name).write_text("<script>alert(1)</script>")
		os.symlink(cls.site / "site_config.json", cls.folder / "config.json")
		os.symlink(cls.site / "private", cls.folder / "link")
		os.symlink(cls.folder / "loop", cls.folder / "loop")
		os.mkfifo(cls.folder / "pipe")
		cls.server = make_server("127.0.0.1", 0, PublicFiles(application, cls.folder), handler_class=QuietHandler)
		cls.port = cls.server.server_port
		threading.Thread(target=cls.server.serve_forever, daemon=True).start()

	@classmethod
	def tearDownClass(cls):
		cls.server.shutdown()
		cls.server.server_close()
		cls.temporary.cleanup()

	def get(self, path: str, method: str = "GET", **headers: str):
		connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
		connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
		response = connection.getresponse()
		response.body = response.read()
		connection.close()
		return response

	def raw(self, path: str) -> bytes:
		"""Send the path byte by byte as it stands: http.client and curl would tidy it."""
		with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
			connection.sendall(f"GET {path} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
			received = b""
			while chunk := connection.recv(65536):
				received += chunk
		return received

	def test_a_file_comes_with_type_length_and_nosniff(self):
		response = self.get("/files/note.txt")
		self.assertEqual((response.status, response.body), (200, b"0123456789"))
		self.assertEqual(response.getheader("Content-Type"), "text/plain; charset=utf-8")
		self.assertEqual(response.getheader("Content-Length"), "10")
		self.assertEqual(response.getheader("X-Content-Type-Options"), "nosniff")
		self.assertIsNone(response.getheader("Content-Disposition"))

	def test_inner_folders_and_chinese_names(self):
		self.assertEqual(self.get("/files/inner/picture.png").body, b"\x89PNG")
		self.assertEqual(self.get("/files/%E7%BB%B4%E4%BF%AE%20%E5%8D%95.pdf").body, b"%PDF")

	def test_head_has_the_headers_and_no_body(self):
		response = self.get("/files/note.txt", "HEAD")
		self.assertEqual((response.status, response.body, response.getheader("Content-Length")), (200, b"", "10"))

	def test_an_unchanged_file_is_not_sent_again(self):
		etag = self.get("/files/note.txt").getheader("ETag")
		response = self.get("/files/note.txt", If_None_Match=etag)
		self.assertEqual((response.status, response.body), (304, b""))
		self.assertEqual(self.get("/files/note.txt", If_None_Match='"other"').status, 200)

	def test_a_range_is_a_part(self):
		response = self.get("/files/note.txt", Range="bytes=2-4")
		self.assertEqual((response.status, response.body), (206, b"234"))
		self.assertEqual(response.getheader("Content-Range"), "bytes 2-4/10")
		self.assertEqual(self.get("/files/note.txt", Range="bytes=-3").body, b"789")
		self.assertEqual(self.get("/files/note.txt", Range="bytes=7-").body, b"789")
		self.assertEqual(self.get("/files/note.txt", Range="bytes=50-60").status, 416)
		self.assertEqual(self.get("/files/note.txt", Range="bytes=2-4", If_Range='"old"').body, b"0123456789")

	def test_active_content_is_downloaded_and_boxed(self):
		for name in ("page.html", "PAGE.HTM", "drawing.svg", "data.xml", "script.js", "page.xhtml", "page.html.gz"):
			with self.subTest(name):
				response = self.get("/files/" + name)
				self.assertEqual(response.status, 200)
				self.assertTrue(response.getheader("Content-Disposition").startswith("attachment"))
				self.assertEqual(response.getheader("Content-Security-Policy"), "sandbox")
				self.assertEqual(response.getheader("X-Content-Type-Options"), "nosniff")

	def test_nothing_outside_the_folder_comes_out(self):
		for path in (
			"/files/../../site_config.json",
			"/files/../files-beside/x.txt",
			"/files/%2e%2e/%2e%2e/site_config.json",
			"/files/..%2f..%2fsite_config.json",
			"/files/%252e%252e/%252e%252e/site_config.json",
			"/files/..\\..\\site_config.json",
			"/files/..%5c..%5csite_config.json",
			"/files/inner/../../../site_config.json",
			"/files/./../../site_config.json",
			"/files//" + str(self.site / "site_config.json"),
			"/files/" + str(self.site / "site_config.json"),
			"/files/%2f" + str(self.site / "site_config.json").lstrip("/").replace("/", "%2f"),
			"/files/note.txt%00.png",
			"/files/config.json",
			"/files/link/backup.sql.gz",
			"/files/loop",
			"/files/pipe",
			"/files/inner",
			"/files/",
		):
			with self.subTest(path):
				received = self.raw(path)
				self.assertIn(b" 404 ", received.split(b"\r\n", 1)[0])
				self.assertNotIn(b"secret", received)

	def test_other_paths_and_methods_reach_the_application(self):
		for method, path in (("GET", "/app"), ("GET", "/filesystem"), ("GET", "/private/files/x"), ("POST", "/files/note.txt")):
			with self.subTest(path):
				self.assertEqual(self.get(path, method).body, b"application")


if __name__ == "__main__":
	unittest.main()
