"""One file of a document: a photo or a PDF."""

from crm4s.portal import files
from crm4s.portal.routes import page
from crm4s.portal.viewer import Viewer


@page("my/file/<file>", None, file=files.FILE)
def file(viewer: Viewer, context, file: str):
	return files.answer(file)
