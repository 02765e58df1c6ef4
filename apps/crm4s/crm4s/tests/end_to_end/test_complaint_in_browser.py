"""A customer calls and complains; nobody settles it in time and the manager hears of it; the solution costs more than the handler may promise; the
customer is told and the complaint is closed with the customer's word.
"""

from datetime import timedelta

import frappe
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.escalation.climbing import climb
from crm4s.identifiers.masking import mask_plate
from crm4s.tests.clock import stopped_at
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, PLATE, CUSTOMER = "E2E-COMPLAINT", "沪AD77001", "欧阳静宜"
COMPLAINT = "C4S Complaint"


class TestComplaintInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = make_user("Dealer Manager")
		make_dealership(STORE, manager=cls.manager)
		frappe.get_doc({"doctype": "User Permission", "user": cls.manager, "allow": "C4S Dealership", "for_value": STORE, "is_default": 1}).insert()
		cls.agent = make_user(["Customer Service Representative", "CRM Specialist"], [STORE])
		customer = make_customer("13800138077", store=STORE, customer_name=CUSTOMER).name
		make_vehicle(plate_number=PLATE, current_owner=customer, dealership=STORE)
		for user in (cls.agent, cls.manager):
			cls.let_sign_in(user, "zh")

	def test_from_the_call_over_the_ladder_to_the_customer_s_word(self):
		with self.desk(self.agent) as agent:
			name = self.take_the_call(agent)
			self.begin_to_handle(agent)
		self.let_time_pass(name)
		with self.desk(self.agent) as agent:
			self.propose_a_solution(agent, name)
		with self.desk(self.manager, PHONE) as manager:
			self.see_the_step_and_approve(manager, name)
			self.assertLessEqual(manager.page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			self.assertEqual([], manager.problems)
		with self.desk(self.agent) as agent:
			self.settle_and_tell(agent, name)
			self.close(agent, name)
			self.assertEqual([], agent.problems)

	def take_the_call(self, desk) -> str:
		desk.go_to("Form", "C4S Complaint", "new")
		desk.wait_for_form(COMPLAINT)
		desk.fill(customer=CUSTOMER)
		desk.choose("vehicle", PLATE, mask_plate(PLATE))
		desk.fill(category="重复维修", description="空调异响修了两次还没有修好\n要求更换压缩机")
		# The category proposes how grave it is.
		self.assertEqual("Serious", desk.page.evaluate("cur_frm.doc.severity"))
		desk.save()
		return desk.page.evaluate("cur_frm.docname")

	def begin_to_handle(self, desk) -> None:
		desk.page.locator(".c4s-ladder").first.wait_for()
		desk.tick_items("已向客户致歉并告知下一步")
		desk.take_action("开始处理")
		desk.press("已答复客户")
		self.assertTrue(desk.page.evaluate("cur_frm.doc.responded_on"))

	def let_time_pass(self, name: str) -> None:
		"""A fortnight in which nobody does anything."""
		frappe.db.rollback()
		with stopped_at(now_datetime() + timedelta(days=14)):
			climb()
		frappe.db.commit()
		self.assertEqual([self.manager], frappe.get_all("ToDo", {"reference_name": name}, pluck="allocated_to"))

	def propose_a_solution(self, desk, name: str) -> None:
		desk.show_form(COMPLAINT, name)
		desk.fill(outcome="Compensate", compensation_amount=800, solution="更换压缩机并补偿一次保养")
		desk.save()
		self.assertEqual("To Be Approved", desk.page.evaluate("cur_frm.doc.compensation_approval"))

	def see_the_step_and_approve(self, desk, name: str) -> None:
		desk.show_form(COMPLAINT, name)
		taken = desk.page.locator(".c4s-ladder-steps li.done")
		taken.first.wait_for()
		self.assertIn("解决已超时", " ".join(taken.all_inner_texts()))
		taken.first.scroll_into_view_if_needed()
		desk.picture("complaint-ladder")
		desk.press("批准金额", "金额")
		desk.confirm("保存")
		desk.page.wait_for_function("cur_frm.doc.compensation_approval === 'Approved by Manager'")

	def settle_and_tell(self, desk, name: str) -> None:
		desk.show_form(COMPLAINT, name)
		desk.take_action("解决")
		desk.fill(desk.dialog, cause="产品质量问题")
		desk.confirm("解决")
		desk.page.wait_for_function("cur_frm.doc.status === 'Resolved'")
		desk.tick_items("方案已得到客户同意")
		desk.press("发送消息", "告知客户")
		desk.page.wait_for_function("cur_frm.doc.feedback_by === 'Message'")
		# The process waits for the customer's answer by itself.
		self.assertEqual("Feedback", desk.page.evaluate("cur_frm.doc.workflow_state"))
		frappe.db.rollback()
		self.assertEqual(1, frappe.db.count("C4S Message", {"reference_name": name}))

	def close(self, desk, name: str) -> None:
		desk.take_action("关闭")
		desk.fill(desk.dialog, satisfaction=4)
		desk.confirm("关闭")
		desk.page.wait_for_function("cur_frm.doc.status === 'Closed'")
		frappe.db.rollback()
		complaint = frappe.get_doc(COMPLAINT, name)
		self.assertEqual((4, "Product Fault"), (complaint.satisfaction, complaint.cause))
		self.assertGreater(complaint.closed_loop, 0)
