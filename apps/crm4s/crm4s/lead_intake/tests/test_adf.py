"""ADF as different senders write it, and what somebody sends who means harm. The documents are of our own making."""

import re
from unittest import TestCase

import frappe

from crm4s.exceptions import InvalidIdentifierError
from crm4s.identifiers.problem import Problem
from crm4s.lead_intake import adf
from crm4s.lead_intake.api import receive_adf
from crm4s.lead_intake.tests.test_receive import PORTAL, IntakeTestCase
from crm4s.tests.people import as_user, make_user

PLAIN = """<?xml version="1.0" encoding="UTF-8"?>
<?adf version="1.0"?>
<adf>
 <prospect>
  <id sequence="1" source="Portal">P-77</id>
  <requestdate>2026-01-05T09:30:00+08:00</requestdate>
  <vehicle interest="buy" status="new">
   <year>2026</year><make>Toyota</make><model>RAV4</model><trim>Hybrid</trim><stock>S-1</stock>
   <price type="quote" currency="CNY">229800</price>
   <finance><method>cash</method><amount type="total" limit="maximum">240000</amount></finance>
  </vehicle>
  <vehicle interest="trade-in"><year>2018</year><make>Honda</make><model>Civic</model></vehicle>
  <customer>
   <contact>
    <name part="first">Mei</name><name part="last">Li</name>
    <email>li.mei@example.com</email>
    <phone type="fax">021 6552 0000</phone>
    <phone type="voice">021 6552 9988</phone>
    <phone type="cellphone">139 0013 9088</phone>
    <address><city>Shanghai</city></address>
   </contact>
   <comments>Seven seats?</comments>
  </customer>
  <vendor><id>TAKE-1</id><vendorname>Store One</vendorname></vendor>
  <provider><name>Portal</name></provider>
 </prospect>
</adf>"""


def one(document: str | bytes) -> dict:
	(lead,) = adf.leads_in(document)
	return lead


def prospect(inner: str) -> str:
	return f"<adf><prospect>{inner}</prospect></adf>"


class TestReading(TestCase):
	def test_a_plain_document(self):
		self.assertEqual(
			{
				"key": "Portal:P-77",
				"received_on": "2026-01-05T09:30:00+08:00",
				"name": "Mei Li",
				"phone": "139 0013 9088",
				"email": "li.mei@example.com",
				"city": "Shanghai",
				"vendor": "TAKE-1",
				"provider": "Portal",
				"comments": "Seven seats?",
				"budget": "240000",
				"payment_method": "cash",
				"trade_in": "2018 Honda Civic",
				"model": "Toyota RAV4 Hybrid",
				"model_year": "2026",
				"stock_number": "S-1",
				"price": "229800",
				"interest": "buy",
				"new_or_used": "new",
			},
			one(PLAIN),
		)

	def test_capitals_namespaces_and_declarations_in_the_wrong_place(self):
		in_capitals = re.sub("</?[a-z]+", lambda tag: tag.group().upper(), PLAIN)
		declared_late = '<?ADF VERSION "1.0"?>\n' + PLAIN
		in_namespace = PLAIN.replace("<adf>", '<adf xmlns="http://example.com/adf">')
		for document in (in_capitals, declared_late, in_namespace, "\ufeff\n  " + PLAIN):
			with self.subTest(document=document[:60]):
				self.assertEqual(one(PLAIN), one(document))

	def test_bytes_in_the_encodings_of_senders(self):
		chinese = PLAIN.replace("Mei", "梅").replace("Li<", "李<")
		for encoding, declared in (("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("gb18030", "GB2312"), ("gb18030", "no-such-encoding")):
			with self.subTest(encoding=declared):
				self.assertEqual("李梅", one(chinese.replace('encoding="UTF-8"', f'encoding="{declared}"').encode(encoding))["name"])
		self.assertEqual("José", one(prospect("<customer><contact><name>José</name></contact></customer>").encode("cp1252"))["name"])

	def test_a_bare_ampersand_what_html_names_and_cdata(self):
		for written, read in (
			("Smith & Sons", "Smith & Sons"),
			("Smith &amp; Sons", "Smith & Sons"),
			("Smith&nbsp;Sons", "Smith Sons"),
			("<![CDATA[Smith & <b>Sons</b>]]>", "Smith & <b>Sons</b>"),
		):
			with self.subTest(written=written):
				self.assertEqual(read, one(prospect(f"<customer><contact><name part='full'>{written}</name></contact></customer>"))["name"])

	def test_the_first_vendor_and_contact_that_say_something(self):
		lead = one(
			prospect(
				"<customer><contact><email>a@example.com</email></contact><contact><name>王芳</name><phone>1</phone></contact></customer>"
				"<vendor><contact/></vendor><vendor><vendorname>二店</vendorname></vendor>"
			)
		)
		self.assertEqual(("王芳", "二店"), (lead["name"], lead["vendor"]))

	def test_the_number_that_the_customer_prefers(self):
		phones = "<phone type='cellphone'>1</phone><phone type='voice' preferredcontact='1'>2</phone><phone type='fax'>3</phone>"
		self.assertEqual("2", one(prospect(f"<customer><contact>{phones}</contact></customer>"))["phone"])
		self.assertNotIn("phone", one(prospect("<customer><contact><phone type='fax'>3</phone></contact></customer>")))

	def test_several_prospects_in_one_document_and_one_without_a_frame(self):
		self.assertEqual(["1", "2"], [lead["key"] for lead in adf.leads_in("<adf><prospect><id>1</id></prospect><prospect id='2'/></adf>")])
		self.assertEqual("7", one("<prospect><id>7</id></prospect>")["key"])
		self.assertEqual([], adf.leads_in("<html/>"))


class TestHarm(TestCase):
	def refused(self, document: str | bytes) -> str:
		with self.assertRaises(Problem) as refused:
			adf.leads_in(document)
		return str(refused.exception)

	def test_entities_that_multiply(self):
		entities = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10))
		document = f'<!DOCTYPE adf [<!ENTITY e0 "ha">{entities}]><adf><prospect><id>&e9;</id></prospect></adf>'
		self.assertIn("declares entities", self.refused(document))

	def test_files_and_addresses_elsewhere(self):
		for entity in ('<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY x PUBLIC "x" "http://127.0.0.1/">', '<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;'):
			with self.subTest(entity=entity):
				self.assertIn("declares entities", self.refused(f"<!DOCTYPE adf [{entity}]><adf><prospect><id>&x;</id></prospect></adf>"))

	def test_a_document_type_elsewhere_is_not_fetched(self):
		self.assertEqual("1", one('<!DOCTYPE adf SYSTEM "http://127.0.0.1:9/adf.dtd"><adf><prospect><id>1</id></prospect></adf>')["key"])

	def test_a_huge_document(self):
		self.assertIn("too large", self.refused(prospect("x" * adf.MOST_BYTES)))
		self.assertEqual(adf.LONGEST, len(one(prospect(f"<customer><comments>{'x' * 9000}</comments></customer>"))["comments"]))

	def test_a_very_deep_document(self):
		depth = 60_000
		self.assertEqual({}, one(prospect("<a>" * depth + "</a>" * depth)))

	def test_what_is_no_xml(self):
		for document in ("", "hello", "<adf><prospect>", b"\x00\xff\xfe"):
			with self.subTest(document=document):
				self.assertIn("is not XML", self.refused(document))


class TestReceiving(IntakeTestCase):
	def setUp(self):
		super().setUp()
		paths = {"lead_name": "name", "phone": "phone", "email": "email", "dealership": "vendor", "received_on": "received_on", "interested_model": "model", "needs": "comments", "current_car": "trade_in"}
		frappe.get_doc(
			{
				"doctype": "C4S Lead Mapping",
				"mapping_name": "ADF Test",
				"source": PORTAL,
				"key_path": "key",
				"fields_of_lead": [{"path": path, "field_name": field} for field, path in paths.items()],
				"values_of_lead": [{"field_name": "interested_model", "given": "Toyota RAV4 Hybrid", "ours": self.model}],
			}
		).insert()
		self.system = make_user("DMS Integration", [self.store])

	def send(self, document: str) -> dict:
		with as_user(self.system):
			(result,) = receive_adf("ADF Test", document)["results"]
		return result

	def test_a_lead_is_made_once(self):
		first, again = self.send(PLAIN), self.send(PLAIN)
		self.assertEqual(("Created", "Known", first["lead"]), (first["outcome"], again["outcome"], again["lead"]))
		lead = frappe.get_doc("C4S Lead", first["lead"])
		self.assertEqual(("Mei Li", "+8613900139088", self.store, self.model), (lead.lead_name, lead.phone, lead.dealership, lead.interested_model))
		self.assertEqual("2026-01-05", str(lead.received_on)[:10])

	def test_a_lead_for_another_store_waits_for_a_person(self):
		result = self.send(PLAIN.replace("<id>TAKE-1</id>", "<id>TAKE-2</id>"))
		self.assertEqual(("Quarantined", None), (result["outcome"], result["lead"]))

	def test_harm_is_refused_in_a_sentence(self):
		with self.assertRaisesRegex(InvalidIdentifierError, "declares entities"):
			self.send('<!DOCTYPE adf [<!ENTITY a "b">]><adf><prospect/></adf>')

	def test_only_connected_systems_send(self):
		with as_user(make_user("Technician", [self.store])), self.assertRaises(frappe.PermissionError):
			receive_adf("ADF Test", PLAIN)
