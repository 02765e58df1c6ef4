"""Photos that customers send, and which files they get to see."""

import io

import frappe
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict

from crm4s import pictures
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import make_interaction
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.portal import files, own, uploads
from crm4s.portal.tests.documents import a_paper, a_picture, make_file
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.portal.voices import INTERACTION, PORTAL


def sent(*contents: bytes, called: str = "photo.jpg") -> MultiDict:
	return MultiDict([("photos", FileStorage(io.BytesIO(content), filename=called)) for content in contents])


def as_file(content: bytes, called: str, **values) -> str:
	file = frappe.get_doc({"doctype": "File", "file_name": called, "is_private": 1, "content": content, **values}).insert(ignore_permissions=True)
	return file.name


class TestUploads(PortalTestCase):
	def setUp(self):
		super().setUp()
		frappe.local.lang = "zh"

	def test_a_photo_is_written_anew_without_what_the_camera_told(self):
		told = Image.Exif()
		told[0x010F], told[0x8825] = "Maker", {1: "N", 2: (31.0, 13.0, 49.0)}
		read = uploads.read_pictures(sent(a_picture(exif=told), a_picture("PNG")), "photos")
		self.assertEqual(2, len(read))
		for picture in map(Image.open, map(io.BytesIO, read)):
			self.assertEqual(("JPEG", {}), (picture.format, dict(picture.getexif())))

	def test_a_large_photo_becomes_small(self):
		[read] = uploads.read_pictures(sent(a_picture(size=(4000, 1000))), "photos")
		self.assertEqual((1600, 400), Image.open(io.BytesIO(read)).size)

	def test_its_content_says_what_it_is_not_its_name(self):
		self.assertEqual(1, len(uploads.read_pictures(sent(a_picture("PNG"), called="letter.pdf"), "photos")))
		for content in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4", b"GIF89a", a_picture("GIF"), a_picture()[:200]):
			with self.assertRaisesRegex(frappe.ValidationError, "照片无法识别"):
				uploads.read_pictures(sent(content), "photos")

	def test_too_large_and_too_many_are_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "8 MB"):
			uploads.read_pictures(sent(b"\xff\xd8\xff" + bytes(pictures.LARGEST_BYTES)), "photos")
		with self.assertRaisesRegex(frappe.ValidationError, "最多 2 张照片"):
			uploads.read_pictures(sent(*[a_picture()] * 3), "photos", most=2)

	def test_no_photo_is_none(self):
		self.assertEqual([], uploads.read_pictures(sent(), "photos"))
		self.assertEqual([], uploads.read_pictures(MultiDict([("photos", FileStorage(io.BytesIO(b""), filename=""))]), "photos"))
		self.assertEqual([], uploads.read_pictures(None, "photos"))


class TestFiles(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.viewer, self.stranger = make_viewer(), make_viewer()
		self.contact = make_interaction(customer=self.viewer.customer, channel=PORTAL).name

	def test_who_sent_a_photo_sees_it_and_nobody_else(self):
		frappe.set_user(self.viewer.user)
		[url] = uploads.attach(INTERACTION, self.contact, [a_picture()], self.contact)
		frappe.set_user("Administrator")
		[file] = files.of_document(self.viewer, INTERACTION, self.contact)
		self.assertTrue(url.startswith("/private/files/") and file.is_picture)
		answer = self.get(file.path, self.viewer)
		self.assertEqual((200, "image/jpeg", "no-store"), (answer.status, answer.headers["Content-Type"], answer.headers["Cache-Control"]))
		self.assertEqual("JPEG", Image.open(io.BytesIO(answer.data)).format)
		self.assertEqual({}, files.of_documents(self.stranger, INTERACTION, [self.contact]))
		foreign, missing = self.get(file.path, self.stranger), self.get(files.path_of("0123456789"), self.stranger)
		self.assertEqual((404, 404), (foreign.status, missing.status))
		self.assertEqual(foreign.html.replace(file.name, ""), missing.html.replace("0123456789", ""))

	def test_what_colleagues_attach_to_a_customers_document_is_theirs(self):
		of_staff = make_file(INTERACTION, self.contact, "Administrator")
		self.assertEqual(404, self.get(files.path_of(of_staff), self.viewer).status)
		self.assertEqual([], files.of_document(self.viewer, INTERACTION, self.contact))

	def test_a_file_of_no_document_or_of_a_kind_without_a_rule_is_nobodys(self):
		for values in ({}, {"attached_to_doctype": "User", "attached_to_name": self.viewer.user}):
			name = as_file(a_picture(), "x.jpg", **values)
			frappe.db.set_value("File", name, "owner", self.viewer.user)
			self.assertEqual(404, self.get(files.path_of(name), self.viewer).status, values)

	def test_a_car_changes_hands_its_photos_do_not(self):
		car = make_vehicle(current_owner=self.viewer.customer).name
		self.assertEqual(404, self.get(files.path_of(make_file(own.VEHICLE, car, self.stranger.user)), self.viewer).status)

	def test_only_pictures_and_pdfs_are_shown(self):
		place = {"attached_to_doctype": INTERACTION, "attached_to_name": self.contact}
		for content, called, status in ((a_paper(), "paper.pdf", 200), (b"<html><script>alert(1)</script>", "page.html", 404)):
			name = as_file(content, called, **place)
			frappe.db.set_value("File", name, "owner", self.viewer.user)
			self.assertEqual(status, self.get(files.path_of(name), self.viewer).status, called)
