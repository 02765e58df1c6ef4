"""Serve the site's public files from disk, in front of Frappe: only what lies in that one folder, nothing that can act."""

import mimetypes
import os
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

from werkzeug.http import generate_etag, is_resource_modified, parse_range_header
from werkzeug.security import safe_join

PREFIX = "/files/"
CHUNK = 64 * 1024

# A browser runs what these hold with the rights of whoever looks at them.
ACTIVE = frozenset((".htm", ".html", ".js", ".mht", ".mhtml", ".mjs", ".shtml", ".svg", ".svgz", ".swf", ".xht", ".xhtml", ".xml", ".xsl", ".xslt"))


class PublicFiles:
	"""WSGI: GET and HEAD of `/files/…` come from `files_folder`; all else goes on to `application`."""

	def __init__(self, application, files_folder: str | os.PathLike):
		self.application = application
		self.folder = Path(files_folder).resolve()

	def __call__(self, environ, start_response):
		if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
			return self.application(environ, start_response)
		path = request_path(environ)
		if not path.startswith(PREFIX):
			return self.application(environ, start_response)
		file = self.find(path.removeprefix(PREFIX))
		if file is None:
			# not Frappe's business: it would look for a page of that name
			return answer(start_response, "404 Not Found", [("Content-Type", "text/plain")], b"Not found")
		return serve(file, environ, start_response)

	def find(self, name: str) -> Path | None:
		"""The regular file of that name below the folder, whatever dots, slashes and links the name or the disk holds."""
		if not name or "\0" in name or "\\" in name:
			return None
		joined = safe_join(str(self.folder), name)
		if joined is None:
			return None
		try:
			file = Path(joined).resolve(strict=True)
		except (OSError, RuntimeError, ValueError):
			return None
		return file if file.is_relative_to(self.folder) and file.is_file() else None


def request_path(environ) -> str:
	"""The path as text; the server has undone the percent signs, WSGI carries its bytes as latin-1."""
	return environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")


def serve(file: Path, environ, start_response):
	size, modified = (stat := file.stat()).st_size, datetime.fromtimestamp(int(stat.st_mtime), timezone.utc)
	etag = generate_etag(f"{stat.st_mtime_ns}-{size}".encode())
	headers = [
		("ETag", f'"{etag}"'),
		("Last-Modified", format_datetime(modified, usegmt=True)),
		("Cache-Control", "public, max-age=300"),
		("Accept-Ranges", "bytes"),
		*safety_headers(file),
	]
	if not is_resource_modified(environ, etag=etag, last_modified=modified):
		return answer(start_response, "304 Not Modified", headers)

	headers.append(("Content-Type", content_type(file)))
	first, end, status = 0, size, "200 OK"
	wanted = parse_range_header(environ.get("HTTP_RANGE")) if range_applies(environ, etag, modified) else None
	if wanted and wanted.units == "bytes" and len(wanted.ranges) == 1:
		found = wanted.range_for_length(size)
		if found is None:
			headers.append(("Content-Range", f"bytes */{size}"))
			return answer(start_response, "416 Range Not Satisfiable", headers)
		(first, end), status = found, "206 Partial Content"
		headers.append(("Content-Range", f"bytes {first}-{end - 1}/{size}"))

	headers.append(("Content-Length", str(end - first)))
	start_response(status, headers)
	return [] if environ["REQUEST_METHOD"] == "HEAD" else Part(file, first, end)


def range_applies(environ, etag: str, modified: datetime) -> bool:
	"""`If-Range`: a part of a file that has changed since would not fit what the browser has."""
	condition = environ.get("HTTP_IF_RANGE")
	if not condition:
		return True
	if condition.startswith(('"', "W/")):
		return condition == f'"{etag}"'
	try:
		return parsedate_to_datetime(condition) >= modified
	except (TypeError, ValueError):
		return False


def content_type(file: Path) -> str:
	kind, encoding = mimetypes.guess_type(file.name)
	if encoding or not kind:
		return "application/octet-stream"
	return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def safety_headers(file: Path) -> list[tuple[str, str]]:
	headers = [("X-Content-Type-Options", "nosniff")]
	if ACTIVE.intersection(suffix.lower() for suffix in file.suffixes):
		headers.append(("Content-Disposition", f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"))
		headers.append(("Content-Security-Policy", "sandbox"))
	return headers


def answer(start_response, status: str, headers: list[tuple[str, str]], body: bytes = b""):
	if not status.startswith("304"):
		headers = [*headers, ("Content-Length", str(len(body)))]
	start_response(status, headers)
	return [body]


class Part:
	"""The bytes from `first` up to `end` of a file, in chunks; closed with the response."""

	def __init__(self, file: Path, first: int, end: int):
		self.stream = open(file, "rb")
		self.stream.seek(first)
		self.left = end - first

	def __iter__(self):
		while self.left > 0 and (chunk := self.stream.read(min(CHUNK, self.left))):
			self.left -= len(chunk)
			yield chunk

	def close(self) -> None:
		self.stream.close()
