"""The own data, to read, to print and as a file."""

import json

import frappe
from frappe import _
from frappe.utils import nowdate
from werkzeug.wrappers import Response

from crm4s.portal import takeout
from crm4s.portal.routes import page
from crm4s.portal.viewer import Viewer


@page("my/me/export", "my_export.html")
def my_export(viewer: Viewer, context):
	"""`as=json` gives the file, `as=page` all of it to read and print; else the choice."""
	wanted = frappe.form_dict.get("as")
	if wanted == "json":
		return _file(takeout.build(viewer.customer))
	shown = takeout.in_words(takeout.build(viewer.customer)) if wanted == "page" else None
	context.update(tab="me", title=_("Take my data along"), sections=shown, as_of=nowdate())


def _file(taken: dict) -> Response:
	text = json.dumps(taken, ensure_ascii=False, indent=1, default=str)
	headers = {"Content-Disposition": f'attachment; filename="my-data-{nowdate()}.json"'}
	return Response(text, content_type="application/json; charset=utf-8", headers=headers)
