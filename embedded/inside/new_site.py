"""Make the instance's site. Runs in Frappe's own Python; passwords come by standard input, so `ps` never shows them."""

import json
import os
import sys

import frappe
from frappe.installer import _new_site


def main() -> None:
	request = json.load(sys.stdin)
	frappe.init(site=request["site"], new_site=True)
	_new_site(
		None,
		request["site"],
		db_root_username="root",
		db_root_password=request["database_password"],
		admin_password=request["administrator_password"],
		db_host="127.0.0.1",
		db_port=request["database_port"],
		db_type="mariadb",
		# The account must be reachable over the loopback port, not only over the socket.
		no_mariadb_socket=True,
		force=True,
		install_apps=(),
	)
	os.chmod(os.path.join(request["site"], "site_config.json"), 0o600)


if __name__ == "__main__":
	main()
