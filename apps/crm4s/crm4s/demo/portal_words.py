"""What the demo's customers find on their pages beside their own rows: members' posts in the owner club, offers and advice, an answered question, a car to rent."""

from datetime import timedelta

import frappe

from crm4s.campaigns import registrations
from crm4s.demo.campaign_rows import CLUB, CLUB_NAME, OPEN_DAY, RESPONSIBLE, STORE
from crm4s.demo.generate import Demo
from crm4s.interactions import actions
from crm4s.portal.viewer import ACCOUNT
from crm4s.segments.club_posts import POST, PUBLISHED, WAITING
from crm4s.segments.clubs import MEMBER

BLOG, CATEGORY, WRITER = "Blog Post", "Blog Category", "Blogger"
CATEGORY_TITLE, WRITER_NAME = "优惠与用车知识", "门店编辑部"
# The name that is shown, days ago, text; what is nobody's decision yet waits.
POSTS = (
	("李师傅", 12, "上周末跟车友会去了山里，新换的轮胎抓地明显好多了，推荐大家入冬前都检查一下。", PUBLISHED),
	("云汀小陈", 6, "插混冬天油耗会高一点，出发前用手机预热座舱，路上就省不少电。", PUBLISHED),
	("爱车的周周", 3, "家庭开放日谁去？我带两个孩子，想约几家一起。", PUBLISHED),
	("王先生", 1, "有没有人知道脚垫怎么清洗最干净？", WAITING),
)
# Title, opening words, text, days ago.
ARTICLES = (
	(
		"入冬前的五项检查", "十分钟看完，冬天少进一次救援。",
		"气温下降以后，电瓶、胎压和玻璃水最先出问题。\n\n"
		"1. **电瓶**：用了三年以上的，到店免费测一次。\n2. **胎压**：气温每降10℃，胎压约低0.1巴。\n3. **玻璃水**：换成防冻型。\n"
		"4. **雨刮**：刮不干净就该换。\n5. **冷却液**：看液位，也看冰点。\n\n在“预约服务”里勾选“冬季安心检测”，约一小时做完。", 9,
	),
	(
		"保养工时券怎么用", "会员的券在“积分与卡券”里，到店出示二维码即可。",
		"每张券写明适用项目和有效期。\n\n* 预约时不用选券，**结算前**出示二维码。\n* 一次到店用一张，不找零。\n* 过期前三天我们会提醒您。", 4,
	),
)
QUESTION = "插混车冬天纯电续航短了不少，正常吗？需要到店检查吗？"
ANSWER = "低温下纯电续航减少两到三成属正常。建议出发前预热；若仍明显偏短，预约时勾选“电池健康检测”，我们免费看一下。"


def write_words(demo: Demo) -> None:
	_posts(demo)
	_articles(demo)
	_question(demo)
	_place(demo)


def _posts(demo: Demo) -> None:
	club = frappe.db.get_value(CLUB, {"club_name": CLUB_NAME})
	owner = _owner()
	if not club or not owner or frappe.db.exists(POST, {"club": club}):
		return
	members = frappe.get_all(MEMBER, {"club": club, "customer": ["!=", owner]}, pluck="customer", order_by="customer", limit=len(POSTS))
	if not frappe.db.exists(MEMBER, {"club": club, "customer": owner}):
		frappe.get_doc({"doctype": MEMBER, "club": club, "customer": owner, "since": demo.now.date() - timedelta(days=100)}).insert()
	for customer, (shown_name, days, text, status) in zip(members, POSTS, strict=False):
		said_on = demo.now - timedelta(days=days)
		post = frappe.get_doc({"doctype": POST, "club": club, "customer": customer, "shown_name": shown_name, "text": text, "status": WAITING}).insert()
		decided = {"status": status, "decided_on": said_on + timedelta(hours=2), "decided_by": RESPONSIBLE} if status != WAITING else {}
		frappe.db.set_value(POST, post.name, {"creation": said_on, **decided}, update_modified=False)


def _articles(demo: Demo) -> None:
	category = _made(CATEGORY, {"title": CATEGORY_TITLE}, published=1)
	writer = _made(WRITER, {"short_name": WRITER_NAME}, full_name=WRITER_NAME)
	for title, opening, text, days in ARTICLES:
		_made(
			BLOG, {"title": title}, blog_category=category, blogger=writer, blog_intro=opening, content_type="Markdown", content_md=text,
			published=1, published_on=demo.now.date() - timedelta(days=days),
		)


def _question(demo: Demo) -> None:
	"""What the first of them asked in the portal, and what the store answered."""
	owner, key = _owner(), "demo:portal-question"
	if not owner or frappe.db.exists(actions.INTERACTION, {"source_key": key}):
		return
	asked_on = demo.now - timedelta(days=2)
	contact = frappe.get_doc(
		{
			"doctype": actions.INTERACTION, "channel": "Portal", "direction": actions.INBOUND, "status": actions.OPEN, "received_on": asked_on, "customer": owner,
			"contact_name": frappe.db.get_value("C4S Customer", owner, "customer_name"), "said": QUESTION, "dealership": STORE, "source_key": key,
		}
	)
	contact.flags.by_centre = True
	contact.insert()
	answered = {"status": actions.ANSWERED, "answer": ANSWER, "answered_on": asked_on + timedelta(hours=3)}
	frappe.db.set_value(actions.INTERACTION, contact.name, answered, update_modified=False)


def _place(demo: Demo) -> None:
	"""A place at the open day."""
	owner, event = _owner(), frappe.db.get_value("C4S Campaign", {"title": OPEN_DAY})
	if owner and event and not frappe.db.exists("C4S Event Registration", {"campaign": event, "customer": owner}):
		registrations.register(event, owner, 1, STORE)


def _owner() -> str | None:
	return next(iter(frappe.get_all(ACCOUNT, {"status": "Active"}, pluck="customer", order_by="name", limit=1)), None)


def _made(doctype: str, key: dict, **values) -> str:
	return frappe.db.get_value(doctype, key) or frappe.get_doc({"doctype": doctype, **key, **values}).insert().name
