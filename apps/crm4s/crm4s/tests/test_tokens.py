import base64
import hashlib
import hmac

from frappe.tests.utils import FrappeTestCase
from frappe.utils.password import get_encryption_key

from crm4s import tokens
from crm4s.messages import unsubscribe
from crm4s.portal import people
from crm4s.surveys import links


def signed_as_ever(text: str) -> str:
	"""How links were signed since the first one that was sent."""
	digest = hmac.new(get_encryption_key().encode(), text.encode(), hashlib.sha256).digest()
	return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


class TestTokens(FrappeTestCase):
	def test_links_that_were_sent_stay_good(self):
		self.assertEqual(f"MSG-1.{signed_as_ever('end-messages:MSG-1')}", unsubscribe.token_of("MSG-1"))
		self.assertEqual(f"SI-1.{signed_as_ever('survey:SI-1')}", links.token_of("SI-1"))
		self.assertEqual(signed_as_ever("portal-people:text"), people._signature("text"))

	def test_what_is_kept_of_a_token_is_as_before(self):
		self.assertEqual("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", tokens.hash_of("abc"))
		self.assertEqual("ba7816bf8f01cfea414140de5dae2223b00361a3", people.key_of("abc"))

	def test_a_signature_of_one_purpose_fits_no_other(self):
		self.assertFalse(tokens.is_same(tokens.signature_of("survey:1"), tokens.signature_of("end-messages:1")))
		self.assertTrue(tokens.is_same("甲", "甲"))
