"""From the settings to the folder in which the group's files lie: a folder of this site, or an address that fsspec knows."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import frappe
from frappe import _

from crm4s import egress
from crm4s.exceptions import GroupDataError
from crm4s.group_data.folders import Folder
from crm4s.group_data.manifests import is_title

SETTINGS = "C4S Group Data Settings"
HERE, ELSEWHERE = "This Site", "Address"
OWN_FOLDER = ("private", "files", "group-data")
# Folders of the server to which an administrator of the server lets sites write: a list in the site's configuration.
ALLOWED_FOLDERS = "c4s_group_data_folders"
# What fsspec calls the user's name, the secret and the server of each kind of store.
OPTIONS: dict[str, tuple[str, str, str]] = {
	"s3": ("key", "secret", "endpoint_url"),
	"oss": ("key", "secret", "endpoint"),
	"abfs": ("account_name", "account_key", ""),
	"gs": ("project", "token", ""),
	"sftp": ("username", "password", ""),
}
FILE = "file"


def site_title() -> str:
	"""The site's name among those of the group; it is also the name of its folder."""
	return frappe.get_cached_doc(SETTINGS).site_title or frappe.local.site


def require_title(title: str) -> None:
	if not is_title(title):
		frappe.throw(_("Name Among the Sites may hold letters, digits, dots and hyphens only, at most 60."))


def group_folder() -> Folder:
	"""Where the files of all sites lie.

	Raises:
		GroupDataError: the address is wrong, or its package is missing on this server.
	"""
	settings = frappe.get_cached_doc(SETTINGS)
	if settings.place != ELSEWHERE:
		return _local(Path(frappe.get_site_path(*OWN_FOLDER)).resolve())
	check_address(settings.address, settings.endpoint)
	parts = urlsplit(settings.address)
	if parts.scheme == FILE:
		return _local(Path(parts.path).resolve())
	return Folder(_system(parts.scheme, _options(settings, parts)), _root(parts))


def own_folder() -> Folder:
	"""Where this site writes."""
	return group_folder().below(site_title())


def check_address(address: str | None, endpoint: str | None) -> None:
	"""
	Raises:
		GroupDataError: it names no kind of store that we know, a folder that nobody allowed, or a server within the house.
	"""
	parts = urlsplit(address or "")
	if parts.scheme == FILE:
		_require_allowed(Path(parts.path).resolve())
		return
	if parts.scheme not in OPTIONS or not parts.netloc or parts.password:
		kinds = ", ".join(f"{scheme}://" for scheme in (*OPTIONS, FILE))
		frappe.throw(_("Address must begin with one of {0}, and hold no password.").format(kinds), GroupDataError)
	if endpoint and (why := egress.why_not(endpoint)):
		frappe.throw(_("Server of the Store cannot be used: {0}.").format(why), GroupDataError)


def _require_allowed(path: Path) -> None:
	allowed = [Path(folder).resolve() for folder in frappe.conf.get(ALLOWED_FOLDERS) or []]
	if not any(path == folder or folder in path.parents for folder in allowed):
		frappe.throw(_("Address names a folder that this server does not allow; its administrator lists folders under {0}.").format(ALLOWED_FOLDERS), GroupDataError)


def _options(settings, parts) -> Mapping[str, str]:
	name, secret, server = OPTIONS[parts.scheme]
	values = {name: settings.access_key, secret: settings.get_password("secret_key", raise_exception=False)}
	if server:
		values[server] = settings.endpoint
	if parts.scheme == "sftp":
		values["host"] = parts.hostname
	return {key: value for key, value in values.items() if value}


def _root(parts) -> str:
	return parts.path if parts.scheme == "sftp" else f"{parts.netloc}{parts.path}"


def _system(scheme: str, options: Mapping[str, str]):
	import fsspec

	try:
		return fsspec.filesystem(scheme, **options)
	except ImportError as error:
		# What fsspec says names the package.
		raise GroupDataError(_("Files of the kind {0} need a package that is missing on this server: {1}").format(f"{scheme}://", error)) from error


def _local(path: Path) -> Folder:
	import fsspec

	return Folder(fsspec.filesystem(FILE), str(path))
