"""Fills a site with the demo group.

The group stands at the moment at which the load began; that moment and which stages are done are kept on the site, each stage with its
rows in one transaction. Killed and called again, the load goes on where it was; called on a full site, it sets the passwords only.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import frappe
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_customer.classify import recompute_all
from crm4s.crm4s.doctype.c4s_vehicle import churn_jobs
from crm4s.crm4s.doctype.c4s_vehicle.forecast_jobs import measure_models
from crm4s.data_quality import count as data_quality
from crm4s.demo import campaign_rows, care_rows, contact_rows, documents, group, insurance_rows, membership_rows, portal_rows, portal_words, rival_rows, rows, sales_costs, scorecard_rows, service_rows, survey_rows, value_rows
from crm4s.demo.chance import SEED
from crm4s.demo.dispatch_rows import write_dispatch
from crm4s.demo.generate import Demo, generate
from crm4s.demo.lead_desk import write_lead_desk
from crm4s.demo.rental_rows import write_rentals
from crm4s.intake.facts import write_vehicle_facts
from crm4s.merging import twins
from crm4s.offers import learning
from crm4s.returning import months

KEPT_AS = {"parent": "__global", "defkey": "crm4s_demo"}
PEOPLE_FILE = "demo_people.json"


def load_demo(
	password: str, progress: Callable[[str], None] = lambda text: None, *, scale: float = 1.0, seed: int = SEED
) -> None:
	"""Write the demo group into the site of this process, and the list of its users beside the site's configuration.

	Args:
		password: of every user of the demo.
		scale: how large; a load that was begun goes on with the size that it began with.
	"""
	reached = state() or {"now": now_datetime().isoformat(timespec="minutes"), "scale": scale, "seed": seed, "done": []}
	staff = group.staff(reached["seed"])
	if set(STAGES) - set(reached["done"]):
		progress("生成演示数据 generating")
		demo = generate(datetime.fromisoformat(reached["now"]), reached["scale"], reached["seed"])
		for position, (stage, (text, write)) in enumerate(STAGES.items(), 1):
			if stage in reached["done"]:
				continue
			progress(f"{position}/{len(STAGES)} {text}")
			write(demo)
			reached["done"].append(stage)
			_keep(reached)
			frappe.db.commit()
	documents.set_passwords(staff, password)
	frappe.db.commit()
	frappe.clear_cache()
	_write_people_file(staff)
	progress("演示数据已就绪 ready")


def _write_catalogue(demo: Demo) -> None:
	for documents_of_kind in (
		group.nodes(),
		group.brands(),
		group.competitors(),
		group.models(demo.now.date()),
		group.options(),
		group.parts(SEED),
		demo.deals.offers,
	):
		documents.insert_missing(documents_of_kind)


def _write_staff(demo: Demo) -> None:
	documents.make_users(demo.staff)
	for person in demo.staff:
		if person.role in ("C4S Dealer Manager", "C4S Group Manager"):
			frappe.db.set_value("C4S Dealership", person.node, "manager", person.user)


def _write_sales_costs(demo: Demo) -> None:
	sales_costs.write_source_costs(demo)
	sales_costs.mark_packages()


def _write_facts(demo: Demo) -> None:
	"""What follows from all of it, by the writers that the site has for it."""
	write_vehicle_facts(frappe.get_all("C4S Vehicle", {"external_key": ["like", "demo:%"]}, pluck="name"))
	measure_models()
	churn_jobs.recompute_all()
	months.recompute()
	data_quality.recount()
	twins.search()
	learning.learn()
	rows.set_times_of_saving()
	recompute_all()


STAGES: dict[str, tuple[str, Callable[[Demo], None]]] = {
	"catalogue": ("门店与车型 stores, models, parts", _write_catalogue),
	"staff": ("员工 staff", _write_staff),
	"people": ("客户 customers", lambda demo: rows.write_people(demo.people, demo.ties)),
	"vehicles": ("车辆 vehicles", lambda demo: rows.write_vehicles(demo.vehicles)),
	"visits": ("进店记录 service visits", lambda demo: rows.write_visits(demo.visits)),
	"workshop": ("车间 workshop", lambda demo: service_rows.write_workshop(demo.workshop)),
	"appointments": ("服务预约 service appointments", lambda demo: service_rows.write_appointments(demo.appointments, demo.workshop.resources)),
	"dispatch": ("救援与上门服务 rescue, home service", lambda demo: write_dispatch(demo.dispatch)),
	"insurance": ("保险与代步车 insurance, courtesy cars", lambda demo: insurance_rows.write_insurance(demo.insurance)),
	"rentals": ("租车 car rentals", lambda demo: write_rentals(demo.now)),
	"leads": ("潜客 leads", lambda demo: rows.write_leads(demo.leads)),
	"lead desk": ("线索分配与公海 assignment, pool", lambda demo: write_lead_desk(demo)),
	"showroom": ("展厅接待 showroom visits", lambda demo: rows.write_showroom(demo.showroom)),
	"drives": ("试乘试驾 test drives", lambda demo: rows.write_drives(demo.drives)),
	"deals": ("销售订单 deals", lambda demo: rows.write_deals(demo.deals)),
	"used cars": ("二手车 used cars", lambda demo: rows.write_used_cars(demo.used_cars)),
	"voice": ("投诉与调查 complaints, surveys", lambda demo: rows.write_voice(demo.voice)),
	"facts": ("汇总 classifications", _write_facts),
	"retention": ("客户维系 retention cases", lambda demo: rows.write_retention(demo.retention)),
	"consents": ("联系许可 consents", care_rows.write_consents),
	"membership": ("会员 membership", membership_rows.write_membership),
	"portal": ("车主自助服务 portal", portal_rows.write_accounts),
	"care": ("关怀任务与消息 care tasks, messages", care_rows.write_care),
	"campaigns": ("客户分群与活动 segments, campaigns", campaign_rows.write_campaigns),
	"contacts": ("客户互动 contacts", contact_rows.write_contacts),
	"portal words": ("车友会与用车知识 club posts, advice", portal_words.write_words),
	"audits": ("神秘顾客与现场评估 mystery visits, assessments", contact_rows.write_audits),
	"actions": ("改善措施 improvement actions", contact_rows.write_actions),
	"rivals": ("竞争对手数据 figures of competitors", rival_rows.write_rivals),
	"invitations": ("问卷邀请 survey invitations", survey_rows.write_invitations),
	"sources": ("来源费用与套餐 costs of sources, packages sold", _write_sales_costs),
	"costs": ("客户关系成本 relationship costs", scorecard_rows.write_costs),
	"values": ("客户价值 customer values", value_rows.write_values),
	"climbed": ("投诉升级 escalation", contact_rows.write_climbed),
	"team": ("目标、培训与工作计划 targets, trainings, work plans", scorecard_rows.write_team),
	"kpis": ("关键绩效指标 KPIs", scorecard_rows.write_results),
	"improvements": ("指标说明与改善 notes, improvements", scorecard_rows.write_words),
}


def state() -> dict | None:
	"""What a load that was begun goes on from: its moment, size and seed, and the stages that are done."""
	text = frappe.db.get_value("DefaultValue", KEPT_AS, "defvalue")
	return json.loads(text) if text else None


def _keep(reached: dict) -> None:
	"""As a row: with each default that is set, the framework forgets all document types, which took a third of the load."""
	row = {"defvalue": json.dumps(reached)}
	if name := frappe.db.get_value("DefaultValue", KEPT_AS):
		frappe.db.set_value("DefaultValue", name, row, update_modified=False)
	else:
		frappe.get_doc({"doctype": "DefaultValue", "name": frappe.generate_hash(length=10), "parenttype": "__default", "parentfield": "system_defaults", **KEPT_AS, **row}).db_insert()


def _write_people_file(staff: list[group.Person]) -> None:
	"""One user a role, for those who want to look around."""
	first: dict[str, dict] = {}
	for person in staff:
		first.setdefault(person.role, {"title": person.title, "user": person.user})
	Path(frappe.get_site_path(PEOPLE_FILE)).write_text(json.dumps(list(first.values()), ensure_ascii=False, indent=1))
