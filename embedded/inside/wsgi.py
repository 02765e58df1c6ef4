"""The WSGI application of an instance: Frappe for its one site, with static files in front."""

import os

import frappe.app
from crm4s.portal.renderer import read_ahead
from frappe.utils import jinja
from frappe.website import router
from jinja2 import BytecodeCache
from werkzeug.routing import Map
from whitenoise import WhiteNoise

from embedded.inside.public_files import PublicFiles

SITE = os.environ["FRAPPE_SITE"]
SITES = os.environ["SITES_PATH"]
# The name of a built file carries its content's hash, so browsers may keep it.
HASHED = r"^.+\.[0-9A-Z]{8}\.(js|css)$"
# Sets of rules that differ, such as before and after a web form was added.
MOST_MAPS = 16


class MemoryBytecodeCache(BytecodeCache):
	"""Compiled templates, kept in the process: rendering a page costs a fifth of compiling it."""

	def __init__(self):
		self.compiled = {}

	def load_bytecode(self, bucket):
		if code := self.compiled.get(bucket.key):
			bucket.bytecode_from_string(code)

	def dump_bytecode(self, bucket):
		self.compiled[bucket.key] = bucket.bytecode_to_string()


def keep_compiled_templates() -> None:
	make = jinja.get_jenv
	cache = MemoryBytecodeCache()

	def get_jenv():
		environment = make()
		environment.bytecode_cache = cache
		return environment

	jinja.get_jenv = get_jenv
	frappe.get_jenv = get_jenv


def keep_route_maps() -> None:
	"""Frappe compiles the rules of the website's addresses anew for each page, which takes as long as three queries."""
	maps: dict[tuple, Map] = {}

	def map_of(rules):
		key = tuple((rule.rule, rule.endpoint, str(rule.defaults)) for rule in rules)
		found = maps.get(key)
		if found is None:
			if len(maps) >= MOST_MAPS:
				maps.clear()
			found = maps[key] = Map(rules)
		return found

	router.Map = map_of


def make_application():
	# Plain gunicorn sends no site header: this server has one site.
	frappe.app._site = SITE
	frappe.app._sites_path = SITES
	keep_compiled_templates()
	keep_route_maps()
	read_ahead()
	served = PublicFiles(frappe.app.application, os.path.join(SITES, SITE, "public", "files"))
	return WhiteNoise(
		served,
		root=os.path.join(SITES, "assets"),
		prefix="assets",
		max_age=3600,
		immutable_file_test=HASHED,
		allow_all_origins=False,
	)


application = make_application()
