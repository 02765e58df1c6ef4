app_name = "crm4s"
app_title = "CRM4S"
app_publisher = "CRM4S"
app_description = "Customer relationship management for car 4S dealerships"
app_email = "crm4s@example.com"
app_license = "MIT"
app_logo_url = "/assets/crm4s/images/crm4s.svg"

# Installation
# ------------
after_install = "crm4s.install.after_install"
after_migrate = "crm4s.install.after_migrate"
before_uninstall = "crm4s.uninstall.before_uninstall"
after_uninstall = "crm4s.uninstall.after_uninstall"

# Roles are the only fixtures: what an admin may change is installed once by the loader in seed/.
fixtures = [{"dt": "Role", "filters": [["name", "like", "C4S %"]]}]

# Desk after sign-in
# ------------------
doctype_js = {
	"C4S Lead": ["public/js/forms/lead_next_documents.js", "public/js/forms/erpnext_documents.js"],
	"C4S Customer": ["public/js/forms/membership.js", "public/js/forms/owner_clubs.js", "public/js/forms/event_registration.js", "public/js/forms/retention.js", "public/js/forms/customer_value.js", "public/js/forms/contact_timeline.js", "public/js/forms/portal_access.js", "public/js/forms/merging.js", "public/js/forms/completeness.js", "public/js/forms/erpnext_documents.js"],
	"C4S Vehicle": ["public/js/forms/retention.js", "public/js/forms/contact_timeline.js", "public/js/forms/statutory_limits.js", "public/js/forms/completeness.js", "public/js/forms/erpnext_documents.js"],
	"C4S Service Visit": ["public/js/forms/service_walk_round.js", "public/js/forms/redeem_coupon.js", "public/js/forms/statutory_limits.js", "public/js/forms/erpnext_documents.js"],
	"C4S Deal": ["public/js/forms/redeem_coupon.js", "public/js/forms/erpnext_documents.js"],
	"C4S Improvement Action": "public/js/forms/kpi_effect.js",
	"C4S Insurance Claim": "public/js/forms/service_walk_round.js",
	"C4S Car Rental": "public/js/forms/service_walk_round.js",
}
app_include_js = "crm4s_desk.bundle.js"
app_include_css = ["forms.bundle.css", "processes.bundle.css", "service.bundle.css"]
web_include_js = "/assets/crm4s/js/login_again.js"
extend_bootinfo = ["crm4s.boot.keep_own_workspaces", "crm4s.boot.offer_own_store", "crm4s.papers.offers.tell_desk", "crm4s.privacy.reveal.tell_desk", "crm4s.boot.let_jobs_run_again", "crm4s.erpnext_link.panel.tell_desk"]

# Each request is looked at: whether its shape can be read, and that nobody asks by what he or she may not read.
auth_hooks = ["crm4s.access.well_formed.refuse_malformed", "crm4s.access.closed_fields.refuse_to_ask"]
# Wrong passwords count by where they come from; with them doc_events of Activity Log.
on_login = "crm4s.access.sign_in.refuse_after_failures"
# The customers' pages at /my, and where who is only a customer is led after the sign-in.
page_renderer = "crm4s.portal.renderer.PortalPage"
role_home_page = {"C4S Portal Customer": "my"}

# One line of JSON for each request and job, where the site wants them.
before_request = "crm4s.health.lines.begin_request"
before_job = "crm4s.health.lines.begin_job"
after_job = "crm4s.health.lines.end_job"
after_request = [
	"crm4s.health.api.answer_for_framework",
	"crm4s.service.guest_pages.keep_out_of_caches",
	"crm4s.messages.unsubscribe.keep_out_of_caches",
	"crm4s.surveys.page.keep_out_of_caches",
	"crm4s.dms.framework.speak_as_problem",
	"crm4s.privacy.audit.note_rest_reading",
	"crm4s.access.uploads.show_safely",
	"crm4s.health.lines.end_request",
]

# Links to cars are found by the plate, which titles hold masked.
standard_queries = {doctype: "crm4s.access.car_search.search" for doctype in ("C4S Vehicle", "C4S Service Visit", "C4S Service Appointment", "C4S Repair Job")}

# Who sees what
# -------------
# One pair per document, written beside the document that it guards.
permission_query_conditions = {
	"C4S Customer": "crm4s.crm4s.doctype.c4s_customer.c4s_customer.get_permission_query_conditions",
	"C4S Store Relationship": "crm4s.crm4s.doctype.c4s_store_relationship.c4s_store_relationship.get_permission_query_conditions",
	"C4S Vehicle": "crm4s.crm4s.doctype.c4s_vehicle.c4s_vehicle.get_permission_query_conditions",
	"C4S Odometer Reading": "crm4s.crm4s.doctype.c4s_odometer_reading.c4s_odometer_reading.get_permission_query_conditions",
	"C4S Stock Movement": "crm4s.crm4s.doctype.c4s_stock_movement.c4s_stock_movement.get_permission_query_conditions",
	"C4S Query Log": "crm4s.crm4s.doctype.c4s_query_log.c4s_query_log.get_permission_query_conditions",
	"C4S Access Log": "crm4s.crm4s.doctype.c4s_access_log.c4s_access_log.get_permission_query_conditions",
	"C4S Lead": "crm4s.crm4s.doctype.c4s_lead.c4s_lead.get_permission_query_conditions",
	"C4S Showroom Visit": "crm4s.crm4s.doctype.c4s_showroom_visit.c4s_showroom_visit.get_permission_query_conditions",
	"C4S Reception Queue Entry": "crm4s.crm4s.doctype.c4s_reception_queue_entry.c4s_reception_queue_entry.get_permission_query_conditions",
	"C4S Purchase Advice": "crm4s.crm4s.doctype.c4s_purchase_advice.c4s_purchase_advice.get_permission_query_conditions",
	"C4S Service Visit": "crm4s.crm4s.doctype.c4s_service_visit.c4s_service_visit.get_permission_query_conditions",
	"C4S Repair Job": "crm4s.crm4s.doctype.c4s_repair_job.c4s_repair_job.get_permission_query_conditions",
	"C4S Quality Check": "crm4s.crm4s.doctype.c4s_quality_check.c4s_quality_check.get_permission_query_conditions",
	"C4S Approval Link": "crm4s.crm4s.doctype.c4s_approval_link.c4s_approval_link.get_permission_query_conditions",
	"C4S Service Appointment": "crm4s.crm4s.doctype.c4s_service_appointment.c4s_service_appointment.get_permission_query_conditions",
	"C4S Insurance Policy": "crm4s.crm4s.doctype.c4s_insurance_policy.c4s_insurance_policy.get_permission_query_conditions",
	"C4S Insurance Claim": "crm4s.crm4s.doctype.c4s_insurance_claim.c4s_insurance_claim.get_permission_query_conditions",
	"C4S Car Rental": "crm4s.crm4s.doctype.c4s_car_rental.c4s_car_rental.get_permission_query_conditions",
	"C4S Dispatch Order": "crm4s.crm4s.doctype.c4s_dispatch_order.c4s_dispatch_order.get_permission_query_conditions",
	"C4S Complaint": "crm4s.crm4s.doctype.c4s_complaint.c4s_complaint.get_permission_query_conditions",
	"C4S Improvement Action": "crm4s.crm4s.doctype.c4s_improvement_action.c4s_improvement_action.get_permission_query_conditions",
	"C4S Source Cost": "crm4s.crm4s.doctype.c4s_source_cost.c4s_source_cost.get_permission_query_conditions",
	"C4S Escalation": "crm4s.crm4s.doctype.c4s_escalation.c4s_escalation.get_permission_query_conditions",
	"C4S Survey Response": "crm4s.crm4s.doctype.c4s_survey_response.c4s_survey_response.get_permission_query_conditions",
	"C4S Store Audit": "crm4s.crm4s.doctype.c4s_store_audit.c4s_store_audit.get_permission_query_conditions",
	"C4S Competitor Figure": "crm4s.crm4s.doctype.c4s_competitor_figure.c4s_competitor_figure.get_permission_query_conditions",
	"C4S KPI Target": "crm4s.crm4s.doctype.c4s_kpi_target.c4s_kpi_target.get_permission_query_conditions",
	"C4S KPI Result": "crm4s.crm4s.doctype.c4s_kpi_result.c4s_kpi_result.get_permission_query_conditions",
	"C4S KPI Note": "crm4s.crm4s.doctype.c4s_kpi_note.c4s_kpi_note.get_permission_query_conditions",
	"C4S Training Record": "crm4s.crm4s.doctype.c4s_training_record.c4s_training_record.get_permission_query_conditions",
	"C4S Work Plan": "crm4s.crm4s.doctype.c4s_work_plan.c4s_work_plan.get_permission_query_conditions",
	"C4S Periodic Report": "crm4s.crm4s.doctype.c4s_periodic_report.c4s_periodic_report.get_permission_query_conditions",
	"C4S Periodic Report Delivery": "crm4s.crm4s.doctype.c4s_periodic_report_delivery.c4s_periodic_report_delivery.get_permission_query_conditions",
	"C4S Survey Invitation": "crm4s.crm4s.doctype.c4s_survey_invitation.c4s_survey_invitation.get_permission_query_conditions",
	"C4S Spreadsheet Import": "crm4s.crm4s.doctype.c4s_spreadsheet_import.c4s_spreadsheet_import.get_permission_query_conditions",
	"C4S Holiday": "crm4s.crm4s.doctype.c4s_holiday.c4s_holiday.get_permission_query_conditions",
	"C4S Resource": "crm4s.crm4s.doctype.c4s_resource.c4s_resource.get_permission_query_conditions",
	"C4S Booking": "crm4s.crm4s.doctype.c4s_booking.c4s_booking.get_permission_query_conditions",
	"C4S Test Drive Route": "crm4s.crm4s.doctype.c4s_test_drive_route.c4s_test_drive_route.get_permission_query_conditions",
	"C4S Test Drive": "crm4s.crm4s.doctype.c4s_test_drive.c4s_test_drive.get_permission_query_conditions",
	"C4S State Passage": "crm4s.crm4s.doctype.c4s_state_passage.c4s_state_passage.get_permission_query_conditions",
	"C4S Touchpoint Tick": "crm4s.crm4s.doctype.c4s_touchpoint_tick.c4s_touchpoint_tick.get_permission_query_conditions",
	"C4S Retention Case": "crm4s.crm4s.doctype.c4s_retention_case.c4s_retention_case.get_permission_query_conditions",
	"C4S Deal": "crm4s.crm4s.doctype.c4s_deal.c4s_deal.get_permission_query_conditions",
	"C4S Quotation Version": "crm4s.crm4s.doctype.c4s_quotation_version.c4s_quotation_version.get_permission_query_conditions",
	"C4S Deal Service": "crm4s.crm4s.doctype.c4s_deal_service.c4s_deal_service.get_permission_query_conditions",
	"C4S Used Car Appraisal": "crm4s.crm4s.doctype.c4s_used_car_appraisal.c4s_used_car_appraisal.get_permission_query_conditions",
	"C4S Reconditioning Job": "crm4s.crm4s.doctype.c4s_reconditioning_job.c4s_reconditioning_job.get_permission_query_conditions",
	"C4S Lead Assignment Rule": "crm4s.crm4s.doctype.c4s_lead_assignment_rule.c4s_lead_assignment_rule.get_permission_query_conditions",
	"C4S Absence": "crm4s.crm4s.doctype.c4s_absence.c4s_absence.get_permission_query_conditions",
	"C4S Lead Movement": "crm4s.crm4s.doctype.c4s_lead_movement.c4s_lead_movement.get_permission_query_conditions",
	"C4S Quarantined Lead": "crm4s.crm4s.doctype.c4s_quarantined_lead.c4s_quarantined_lead.get_permission_query_conditions",
	"C4S Lead Request": "crm4s.crm4s.doctype.c4s_lead_request.c4s_lead_request.get_permission_query_conditions",
	"C4S Care Task": "crm4s.crm4s.doctype.c4s_care_task.c4s_care_task.get_permission_query_conditions",
	"C4S Recall Vehicle": "crm4s.crm4s.doctype.c4s_recall_vehicle.c4s_recall_vehicle.get_permission_query_conditions",
	"C4S Message": "crm4s.crm4s.doctype.c4s_message.c4s_message.get_permission_query_conditions",
	"C4S Customer Cost": "crm4s.crm4s.doctype.c4s_customer_cost.c4s_customer_cost.get_permission_query_conditions",
	"C4S Customer Value": "crm4s.crm4s.doctype.c4s_customer_value.c4s_customer_value.get_permission_query_conditions",
	"C4S Value Change": "crm4s.crm4s.doctype.c4s_value_change.c4s_value_change.get_permission_query_conditions",
	"C4S Value Month": "crm4s.crm4s.doctype.c4s_value_month.c4s_value_month.get_permission_query_conditions",
	"C4S Value Run": "crm4s.crm4s.doctype.c4s_value_run.c4s_value_run.get_permission_query_conditions",
	"C4S Group Data Run": "crm4s.crm4s.doctype.c4s_group_data_run.c4s_group_data_run.get_permission_query_conditions",
	"C4S Offer Rule": "crm4s.crm4s.doctype.c4s_offer_rule.c4s_offer_rule.get_permission_query_conditions",
	"C4S Message Channel": "crm4s.crm4s.doctype.c4s_message_channel.c4s_message_channel.get_permission_query_conditions",
	"C4S Consent": "crm4s.crm4s.doctype.c4s_consent.c4s_consent.get_permission_query_conditions",
	"C4S Portal Account": "crm4s.crm4s.doctype.c4s_portal_account.c4s_portal_account.get_permission_query_conditions",
	"C4S Portal Access": "crm4s.crm4s.doctype.c4s_portal_access.c4s_portal_access.get_permission_query_conditions",
	"C4S Data Request": "crm4s.crm4s.doctype.c4s_data_request.c4s_data_request.get_permission_query_conditions",
	"C4S Legal Hold": "crm4s.crm4s.doctype.c4s_legal_hold.c4s_legal_hold.get_permission_query_conditions",
	"C4S Merge": "crm4s.crm4s.doctype.c4s_merge.c4s_merge.get_permission_query_conditions",
	"C4S Different People": "crm4s.crm4s.doctype.c4s_different_people.c4s_different_people.get_permission_query_conditions",
	"C4S Data Request Change": "crm4s.crm4s.doctype.c4s_data_request_change.c4s_data_request_change.get_permission_query_conditions",
	"C4S Quiet Time": "crm4s.crm4s.doctype.c4s_quiet_time.c4s_quiet_time.get_permission_query_conditions",
	"C4S Membership": "crm4s.crm4s.doctype.c4s_membership.c4s_membership.get_permission_query_conditions",
	"C4S Points Entry": "crm4s.crm4s.doctype.c4s_points_entry.c4s_points_entry.get_permission_query_conditions",
	"C4S Coupon": "crm4s.crm4s.doctype.c4s_coupon.c4s_coupon.get_permission_query_conditions",
	"C4S Referral": "crm4s.crm4s.doctype.c4s_referral.c4s_referral.get_permission_query_conditions",
	"C4S Segment": "crm4s.crm4s.doctype.c4s_segment.c4s_segment.get_permission_query_conditions",
	"C4S Segment Member": "crm4s.crm4s.doctype.c4s_segment_member.c4s_segment_member.get_permission_query_conditions",
	"C4S Club Post": "crm4s.crm4s.doctype.c4s_club_post.c4s_club_post.get_permission_query_conditions",
	"C4S Owner Club": "crm4s.crm4s.doctype.c4s_owner_club.c4s_owner_club.get_permission_query_conditions",
	"C4S Owner Club Member": "crm4s.crm4s.doctype.c4s_owner_club_member.c4s_owner_club_member.get_permission_query_conditions",
	"C4S Campaign": "crm4s.crm4s.doctype.c4s_campaign.c4s_campaign.get_permission_query_conditions",
	"C4S Campaign Member": "crm4s.crm4s.doctype.c4s_campaign_member.c4s_campaign_member.get_permission_query_conditions",
	"C4S Campaign Response": "crm4s.crm4s.doctype.c4s_campaign_response.c4s_campaign_response.get_permission_query_conditions",
	"C4S Campaign Result": "crm4s.crm4s.doctype.c4s_campaign_result.c4s_campaign_result.get_permission_query_conditions",
	"C4S Return Month": "crm4s.crm4s.doctype.c4s_return_month.c4s_return_month.get_permission_query_conditions",
	"C4S Data Quality Month": "crm4s.crm4s.doctype.c4s_data_quality_month.c4s_data_quality_month.get_permission_query_conditions",
	"C4S Event Registration": "crm4s.crm4s.doctype.c4s_event_registration.c4s_event_registration.get_permission_query_conditions",
	"C4S Gift Hand-Out": "crm4s.crm4s.doctype.c4s_gift_hand_out.c4s_gift_hand_out.get_permission_query_conditions",
	"C4S Interaction": "crm4s.crm4s.doctype.c4s_interaction.c4s_interaction.get_permission_query_conditions",
	"C4S Routing Rule": "crm4s.crm4s.doctype.c4s_routing_rule.c4s_routing_rule.get_permission_query_conditions",
	"C4S Telephone Exchange": "crm4s.crm4s.doctype.c4s_telephone_exchange.c4s_telephone_exchange.get_permission_query_conditions",
	"C4S Manufacturer Report": "crm4s.crm4s.doctype.c4s_manufacturer_report.c4s_manufacturer_report.get_permission_query_conditions",
	# Rows of tables follow their parent; Frappe asks the parent when one row is opened, but not when they are listed.
	"C4S Campaign Segment": "crm4s.crm4s.doctype.c4s_campaign_segment.c4s_campaign_segment.get_permission_query_conditions",
	"C4S Campaign Customer": "crm4s.crm4s.doctype.c4s_campaign_customer.c4s_campaign_customer.get_permission_query_conditions",
	"C4S Campaign Channel": "crm4s.crm4s.doctype.c4s_campaign_channel.c4s_campaign_channel.get_permission_query_conditions",
	"C4S Campaign Cost": "crm4s.crm4s.doctype.c4s_campaign_cost.c4s_campaign_cost.get_permission_query_conditions",
	"C4S Campaign Gift": "crm4s.crm4s.doctype.c4s_campaign_gift.c4s_campaign_gift.get_permission_query_conditions",
	"C4S Customer Interest": "crm4s.crm4s.doctype.c4s_customer_interest.c4s_customer_interest.get_permission_query_conditions",
	"C4S Organisation Contact": "crm4s.crm4s.doctype.c4s_organisation_contact.c4s_organisation_contact.get_permission_query_conditions",
	"C4S Customer Phone": "crm4s.crm4s.doctype.c4s_customer_phone.c4s_customer_phone.get_permission_query_conditions",
	"C4S Customer Relation": "crm4s.crm4s.doctype.c4s_customer_relation.c4s_customer_relation.get_permission_query_conditions",
	"C4S Vehicle Fitted Option": "crm4s.crm4s.doctype.c4s_vehicle_fitted_option.c4s_vehicle_fitted_option.get_permission_query_conditions",
	"C4S Vehicle Party": "crm4s.crm4s.doctype.c4s_vehicle_party.c4s_vehicle_party.get_permission_query_conditions",
	"C4S Maintenance Done": "crm4s.crm4s.doctype.c4s_maintenance_done.c4s_maintenance_done.get_permission_query_conditions",
	"C4S Appointment Item": "crm4s.crm4s.doctype.c4s_appointment_item.c4s_appointment_item.get_permission_query_conditions",
	"C4S Policy Coverage": "crm4s.crm4s.doctype.c4s_policy_coverage.c4s_policy_coverage.get_permission_query_conditions",
	"C4S Claim Loss": "crm4s.crm4s.doctype.c4s_claim_loss.c4s_claim_loss.get_permission_query_conditions",
	"C4S Claim Photo": "crm4s.crm4s.doctype.c4s_claim_photo.c4s_claim_photo.get_permission_query_conditions",
	"C4S Claim Document": "crm4s.crm4s.doctype.c4s_claim_document.c4s_claim_document.get_permission_query_conditions",
	"C4S Service Item": "crm4s.crm4s.doctype.c4s_service_item.c4s_service_item.get_permission_query_conditions",
	"C4S Resource Skill": "crm4s.crm4s.doctype.c4s_resource_skill.c4s_resource_skill.get_permission_query_conditions",
	"C4S Work Plan Item": "crm4s.crm4s.doctype.c4s_work_plan_item.c4s_work_plan_item.get_permission_query_conditions",
	"C4S Resource Member": "crm4s.crm4s.doctype.c4s_resource_member.c4s_resource_member.get_permission_query_conditions",
	"C4S Dispatch Fee": "crm4s.crm4s.doctype.c4s_dispatch_fee.c4s_dispatch_fee.get_permission_query_conditions",
	"C4S Dispatch Photo": "crm4s.crm4s.doctype.c4s_dispatch_photo.c4s_dispatch_photo.get_permission_query_conditions",
	"C4S Repair Job Item": "crm4s.crm4s.doctype.c4s_repair_job_item.c4s_repair_job_item.get_permission_query_conditions",
	"C4S Work Interval": "crm4s.crm4s.doctype.c4s_work_interval.c4s_work_interval.get_permission_query_conditions",
	"C4S Walk-Round Point": "crm4s.crm4s.doctype.c4s_walk_round_point.c4s_walk_round_point.get_permission_query_conditions",
	"C4S Lead Contact": "crm4s.crm4s.doctype.c4s_lead_contact.c4s_lead_contact.get_permission_query_conditions",
	"C4S Retention Contact": "crm4s.crm4s.doctype.c4s_retention_contact.c4s_retention_contact.get_permission_query_conditions",
	"C4S Retention Objection": "crm4s.crm4s.doctype.c4s_retention_objection.c4s_retention_objection.get_permission_query_conditions",
	"C4S Care Attempt": "crm4s.crm4s.doctype.c4s_care_attempt.c4s_care_attempt.get_permission_query_conditions",
	"C4S Segment Filter": "crm4s.crm4s.doctype.c4s_segment_filter.c4s_segment_filter.get_permission_query_conditions",
	"C4S Purchase Advice Model": "crm4s.crm4s.doctype.c4s_purchase_advice_model.c4s_purchase_advice_model.get_permission_query_conditions",
	"C4S Survey Answer": "crm4s.crm4s.doctype.c4s_survey_answer.c4s_survey_answer.get_permission_query_conditions",
	"C4S Test Drive Rating": "crm4s.crm4s.doctype.c4s_test_drive_rating.c4s_test_drive_rating.get_permission_query_conditions",
	"C4S Spreadsheet Import Problem": "crm4s.crm4s.doctype.c4s_spreadsheet_import_problem.c4s_spreadsheet_import_problem.get_permission_query_conditions",
	"C4S Deal Item": "crm4s.crm4s.doctype.c4s_deal_item.c4s_deal_item.get_permission_query_conditions",
	"C4S Deal Payment": "crm4s.crm4s.doctype.c4s_deal_payment.c4s_deal_payment.get_permission_query_conditions",
	"C4S Deal Promise": "crm4s.crm4s.doctype.c4s_deal_promise.c4s_deal_promise.get_permission_query_conditions",
	"C4S Deal Care Contact": "crm4s.crm4s.doctype.c4s_deal_care_contact.c4s_deal_care_contact.get_permission_query_conditions",
	"C4S Deal Check": "crm4s.crm4s.doctype.c4s_deal_check.c4s_deal_check.get_permission_query_conditions",
	"C4S Appraisal Photo": "crm4s.crm4s.doctype.c4s_appraisal_photo.c4s_appraisal_photo.get_permission_query_conditions",
	"C4S Appraisal Point": "crm4s.crm4s.doctype.c4s_appraisal_point.c4s_appraisal_point.get_permission_query_conditions",
	"C4S Appraisal Document": "crm4s.crm4s.doctype.c4s_appraisal_document.c4s_appraisal_document.get_permission_query_conditions",
	"C4S Quotation Line": "crm4s.crm4s.doctype.c4s_quotation_line.c4s_quotation_line.get_permission_query_conditions",
	"C4S Quotation Finance": "crm4s.crm4s.doctype.c4s_quotation_finance.c4s_quotation_finance.get_permission_query_conditions",
	"C4S Lead Interest": "crm4s.crm4s.doctype.c4s_lead_interest.c4s_lead_interest.get_permission_query_conditions",
	"C4S Lead Defeat": "crm4s.crm4s.doctype.c4s_lead_defeat.c4s_lead_defeat.get_permission_query_conditions",
	"C4S Lead Assignment Source": "crm4s.crm4s.doctype.c4s_lead_assignment_source.c4s_lead_assignment_source.get_permission_query_conditions",
	"C4S Lead Assignment Model": "crm4s.crm4s.doctype.c4s_lead_assignment_model.c4s_lead_assignment_model.get_permission_query_conditions",
	"C4S Lead Assignment Member": "crm4s.crm4s.doctype.c4s_lead_assignment_member.c4s_lead_assignment_member.get_permission_query_conditions",
	"C4S Lead Assignment Skill": "crm4s.crm4s.doctype.c4s_lead_assignment_skill.c4s_lead_assignment_skill.get_permission_query_conditions",
	"C4S Periodic Report Sheet": "crm4s.crm4s.doctype.c4s_periodic_report_sheet.c4s_periodic_report_sheet.get_permission_query_conditions",
	"C4S Periodic Report Recipient": "crm4s.crm4s.doctype.c4s_periodic_report_recipient.c4s_periodic_report_recipient.get_permission_query_conditions",
	"C4S Exchange Extension": "crm4s.crm4s.doctype.c4s_exchange_extension.c4s_exchange_extension.get_permission_query_conditions",
}
has_permission = {
	"C4S Interaction": "crm4s.crm4s.doctype.c4s_interaction.c4s_interaction.has_permission",
	"C4S Routing Rule": "crm4s.crm4s.doctype.c4s_routing_rule.c4s_routing_rule.has_permission",
	"C4S Telephone Exchange": "crm4s.crm4s.doctype.c4s_telephone_exchange.c4s_telephone_exchange.has_permission",
	"C4S Manufacturer Report": "crm4s.crm4s.doctype.c4s_manufacturer_report.c4s_manufacturer_report.has_permission",
	"C4S Customer": "crm4s.crm4s.doctype.c4s_customer.c4s_customer.has_permission",
	"C4S Store Relationship": "crm4s.crm4s.doctype.c4s_store_relationship.c4s_store_relationship.has_permission",
	"C4S Vehicle": "crm4s.crm4s.doctype.c4s_vehicle.c4s_vehicle.has_permission",
	"C4S Odometer Reading": "crm4s.crm4s.doctype.c4s_odometer_reading.c4s_odometer_reading.has_permission",
	"C4S Stock Movement": "crm4s.crm4s.doctype.c4s_stock_movement.c4s_stock_movement.has_permission",
	"C4S Query Log": "crm4s.crm4s.doctype.c4s_query_log.c4s_query_log.has_permission",
	"C4S Access Log": "crm4s.crm4s.doctype.c4s_access_log.c4s_access_log.has_permission",
	"C4S Lead": "crm4s.crm4s.doctype.c4s_lead.c4s_lead.has_permission",
	"C4S Showroom Visit": "crm4s.crm4s.doctype.c4s_showroom_visit.c4s_showroom_visit.has_permission",
	"C4S Reception Queue Entry": "crm4s.crm4s.doctype.c4s_reception_queue_entry.c4s_reception_queue_entry.has_permission",
	"C4S Purchase Advice": "crm4s.crm4s.doctype.c4s_purchase_advice.c4s_purchase_advice.has_permission",
	"C4S Service Visit": "crm4s.crm4s.doctype.c4s_service_visit.c4s_service_visit.has_permission",
	"C4S Repair Job": "crm4s.crm4s.doctype.c4s_repair_job.c4s_repair_job.has_permission",
	"C4S Quality Check": "crm4s.crm4s.doctype.c4s_quality_check.c4s_quality_check.has_permission",
	"C4S Approval Link": "crm4s.crm4s.doctype.c4s_approval_link.c4s_approval_link.has_permission",
	"C4S Service Appointment": "crm4s.crm4s.doctype.c4s_service_appointment.c4s_service_appointment.has_permission",
	"C4S Insurance Policy": "crm4s.crm4s.doctype.c4s_insurance_policy.c4s_insurance_policy.has_permission",
	"C4S Insurance Claim": "crm4s.crm4s.doctype.c4s_insurance_claim.c4s_insurance_claim.has_permission",
	"C4S Car Rental": "crm4s.crm4s.doctype.c4s_car_rental.c4s_car_rental.has_permission",
	"C4S Dispatch Order": "crm4s.crm4s.doctype.c4s_dispatch_order.c4s_dispatch_order.has_permission",
	"C4S Complaint": "crm4s.crm4s.doctype.c4s_complaint.c4s_complaint.has_permission",
	"C4S Improvement Action": "crm4s.crm4s.doctype.c4s_improvement_action.c4s_improvement_action.has_permission",
	"C4S Source Cost": "crm4s.crm4s.doctype.c4s_source_cost.c4s_source_cost.has_permission",
	"C4S Escalation": "crm4s.crm4s.doctype.c4s_escalation.c4s_escalation.has_permission",
	"C4S Survey Response": "crm4s.crm4s.doctype.c4s_survey_response.c4s_survey_response.has_permission",
	"C4S Store Audit": "crm4s.crm4s.doctype.c4s_store_audit.c4s_store_audit.has_permission",
	"C4S Competitor Figure": "crm4s.crm4s.doctype.c4s_competitor_figure.c4s_competitor_figure.has_permission",
	"C4S KPI Target": "crm4s.crm4s.doctype.c4s_kpi_target.c4s_kpi_target.has_permission",
	"C4S KPI Result": "crm4s.crm4s.doctype.c4s_kpi_result.c4s_kpi_result.has_permission",
	"C4S KPI Note": "crm4s.crm4s.doctype.c4s_kpi_note.c4s_kpi_note.has_permission",
	"C4S Training Record": "crm4s.crm4s.doctype.c4s_training_record.c4s_training_record.has_permission",
	"C4S Work Plan": "crm4s.crm4s.doctype.c4s_work_plan.c4s_work_plan.has_permission",
	"C4S Periodic Report": "crm4s.crm4s.doctype.c4s_periodic_report.c4s_periodic_report.has_permission",
	"C4S Periodic Report Delivery": "crm4s.crm4s.doctype.c4s_periodic_report_delivery.c4s_periodic_report_delivery.has_permission",
	"C4S Survey Invitation": "crm4s.crm4s.doctype.c4s_survey_invitation.c4s_survey_invitation.has_permission",
	"C4S Spreadsheet Import": "crm4s.crm4s.doctype.c4s_spreadsheet_import.c4s_spreadsheet_import.has_permission",
	"C4S Holiday": "crm4s.crm4s.doctype.c4s_holiday.c4s_holiday.has_permission",
	"C4S Resource": "crm4s.crm4s.doctype.c4s_resource.c4s_resource.has_permission",
	"C4S Booking": "crm4s.crm4s.doctype.c4s_booking.c4s_booking.has_permission",
	"C4S Test Drive Route": "crm4s.crm4s.doctype.c4s_test_drive_route.c4s_test_drive_route.has_permission",
	"C4S Test Drive": "crm4s.crm4s.doctype.c4s_test_drive.c4s_test_drive.has_permission",
	"C4S Deal": "crm4s.crm4s.doctype.c4s_deal.c4s_deal.has_permission",
	"C4S Quotation Version": "crm4s.crm4s.doctype.c4s_quotation_version.c4s_quotation_version.has_permission",
	"C4S Deal Service": "crm4s.crm4s.doctype.c4s_deal_service.c4s_deal_service.has_permission",
	"C4S State Passage": "crm4s.crm4s.doctype.c4s_state_passage.c4s_state_passage.has_permission",
	"C4S Touchpoint Tick": "crm4s.crm4s.doctype.c4s_touchpoint_tick.c4s_touchpoint_tick.has_permission",
	"C4S Retention Case": "crm4s.crm4s.doctype.c4s_retention_case.c4s_retention_case.has_permission",
	"C4S Used Car Appraisal": "crm4s.crm4s.doctype.c4s_used_car_appraisal.c4s_used_car_appraisal.has_permission",
	"C4S Reconditioning Job": "crm4s.crm4s.doctype.c4s_reconditioning_job.c4s_reconditioning_job.has_permission",
	"C4S Lead Assignment Rule": "crm4s.crm4s.doctype.c4s_lead_assignment_rule.c4s_lead_assignment_rule.has_permission",
	"C4S Absence": "crm4s.crm4s.doctype.c4s_absence.c4s_absence.has_permission",
	"C4S Lead Movement": "crm4s.crm4s.doctype.c4s_lead_movement.c4s_lead_movement.has_permission",
	"C4S Quarantined Lead": "crm4s.crm4s.doctype.c4s_quarantined_lead.c4s_quarantined_lead.has_permission",
	"C4S Lead Request": "crm4s.crm4s.doctype.c4s_lead_request.c4s_lead_request.has_permission",
	"C4S Care Task": "crm4s.crm4s.doctype.c4s_care_task.c4s_care_task.has_permission",
	"C4S Recall Vehicle": "crm4s.crm4s.doctype.c4s_recall_vehicle.c4s_recall_vehicle.has_permission",
	"C4S Membership": "crm4s.crm4s.doctype.c4s_membership.c4s_membership.has_permission",
	"C4S Points Entry": "crm4s.crm4s.doctype.c4s_points_entry.c4s_points_entry.has_permission",
	"C4S Coupon": "crm4s.crm4s.doctype.c4s_coupon.c4s_coupon.has_permission",
	"C4S Referral": "crm4s.crm4s.doctype.c4s_referral.c4s_referral.has_permission",
	"C4S Segment": "crm4s.crm4s.doctype.c4s_segment.c4s_segment.has_permission",
	"C4S Segment Member": "crm4s.crm4s.doctype.c4s_segment_member.c4s_segment_member.has_permission",
	"C4S Club Post": "crm4s.crm4s.doctype.c4s_club_post.c4s_club_post.has_permission",
	"C4S Owner Club": "crm4s.crm4s.doctype.c4s_owner_club.c4s_owner_club.has_permission",
	"C4S Owner Club Member": "crm4s.crm4s.doctype.c4s_owner_club_member.c4s_owner_club_member.has_permission",
	"C4S Message": "crm4s.crm4s.doctype.c4s_message.c4s_message.has_permission",
	"C4S Customer Cost": "crm4s.crm4s.doctype.c4s_customer_cost.c4s_customer_cost.has_permission",
	"C4S Customer Value": "crm4s.crm4s.doctype.c4s_customer_value.c4s_customer_value.has_permission",
	"C4S Value Change": "crm4s.crm4s.doctype.c4s_value_change.c4s_value_change.has_permission",
	"C4S Value Month": "crm4s.crm4s.doctype.c4s_value_month.c4s_value_month.has_permission",
	"C4S Value Run": "crm4s.crm4s.doctype.c4s_value_run.c4s_value_run.has_permission",
	"C4S Group Data Run": "crm4s.crm4s.doctype.c4s_group_data_run.c4s_group_data_run.has_permission",
	"C4S Offer Rule": "crm4s.crm4s.doctype.c4s_offer_rule.c4s_offer_rule.has_permission",
	"C4S Message Channel": "crm4s.crm4s.doctype.c4s_message_channel.c4s_message_channel.has_permission",
	"C4S Consent": "crm4s.crm4s.doctype.c4s_consent.c4s_consent.has_permission",
	"C4S Portal Account": "crm4s.crm4s.doctype.c4s_portal_account.c4s_portal_account.has_permission",
	"C4S Portal Access": "crm4s.crm4s.doctype.c4s_portal_access.c4s_portal_access.has_permission",
	"C4S Data Request": "crm4s.crm4s.doctype.c4s_data_request.c4s_data_request.has_permission",
	"C4S Legal Hold": "crm4s.crm4s.doctype.c4s_legal_hold.c4s_legal_hold.has_permission",
	"C4S Merge": "crm4s.crm4s.doctype.c4s_merge.c4s_merge.has_permission",
	"C4S Different People": "crm4s.crm4s.doctype.c4s_different_people.c4s_different_people.has_permission",
	"C4S Quiet Time": "crm4s.crm4s.doctype.c4s_quiet_time.c4s_quiet_time.has_permission",
	"C4S Campaign": "crm4s.crm4s.doctype.c4s_campaign.c4s_campaign.has_permission",
	"C4S Campaign Member": "crm4s.crm4s.doctype.c4s_campaign_member.c4s_campaign_member.has_permission",
	"C4S Campaign Response": "crm4s.crm4s.doctype.c4s_campaign_response.c4s_campaign_response.has_permission",
	"C4S Campaign Result": "crm4s.crm4s.doctype.c4s_campaign_result.c4s_campaign_result.has_permission",
	"C4S Return Month": "crm4s.crm4s.doctype.c4s_return_month.c4s_return_month.has_permission",
	"C4S Data Quality Month": "crm4s.crm4s.doctype.c4s_data_quality_month.c4s_data_quality_month.has_permission",
	"C4S Event Registration": "crm4s.crm4s.doctype.c4s_event_registration.c4s_event_registration.has_permission",
	"C4S Gift Hand-Out": "crm4s.crm4s.doctype.c4s_gift_hand_out.c4s_gift_hand_out.has_permission",
}

# Processes
# ---------
# The status follows the state before the controller looks at it; what the touchpoint asks is checked after the controller's own rules.
_process_events = {
	"before_validate": "crm4s.workflows.states.follow_state",
	"validate": "crm4s.workflows.touchpoints.refuse_open_items",
	"on_update": ["crm4s.workflows.passages.record", "crm4s.workflows.touchpoints.follow_store"],
	"on_trash": ["crm4s.workflows.passages.forget", "crm4s.workflows.touchpoints.forget"],
}
# What connected systems hear of.
_feed_events = {"on_change": "crm4s.change_feed.documents.changed", "after_delete": "crm4s.change_feed.documents.gone"}
# Who opened, changed and erased the files of people.
_file_events = {"onload": "crm4s.privacy.audit.file_opened", "on_update": "crm4s.privacy.audit.file_changed", "on_trash": "crm4s.privacy.audit.file_deleted"}
doc_events = {
	"C4S Customer": {**_feed_events, **_file_events},
	"C4S Store Relationship": {"after_insert": "crm4s.change_feed.documents.related", "on_trash": "crm4s.change_feed.documents.related"},
	"C4S Vehicle": _feed_events,
	"C4S Manufacturer Report": _feed_events,
	"C4S Lead": {
		**_process_events,
		**_feed_events,
		**_file_events,
		"on_update": [*_process_events["on_update"], _file_events["on_update"]],
		"on_trash": [*_process_events["on_trash"], _file_events["on_trash"]],
	},
	"C4S Deal": {
		**_process_events,
		**_feed_events,
		"on_update": [
			*_process_events["on_update"],
			"crm4s.membership.earning.deal_changed",
			"crm4s.membership.referrals.deal_changed",
			"crm4s.membership.coupons.follow",
			"crm4s.retention.winning.deal_changed",
		],
	},
	"C4S Service Visit": {
		**_process_events,
		# Before the controller validates: settlement asks for what the jobs say.
		"before_validate": [_process_events["before_validate"], "crm4s.workshop.progress.follow_jobs"],
		"on_update": [
			*_process_events["on_update"],
			"crm4s.workshop.notice.visit_changed",
			"crm4s.insurance.repair.follow_visit",
			"crm4s.membership.earning.visit_changed",
			"crm4s.membership.coupons.follow",
			"crm4s.retention.winning.visit_changed",
			"crm4s.complaints.statutory.visit_changed",
		],
	},
	"C4S Retention Case": {**_process_events, "on_update": [*_process_events["on_update"], "crm4s.care.tasks.case_changed"]},
	"C4S Complaint": {
		**_process_events,
		"on_update": [*_process_events["on_update"], "crm4s.complaints.clock.plan_steps", "crm4s.surveys.low_scores.complaint_changed"],
		"on_trash": [*_process_events["on_trash"], "crm4s.complaints.clock.forget_steps"],
	},
	"C4S Service Appointment": {
		**_feed_events,
		"validate": "crm4s.dispatch.home_service.refuse_change_when_sent",
		"on_update": ["crm4s.dispatch.notice.appointment_changed", "crm4s.care.tasks.appointment_made", "crm4s.retention.contacts.appointment_changed"],
	},
	"C4S Care Task": {"on_update": "crm4s.retention.contacts.task_changed"},
	"C4S Interaction": {"on_update": "crm4s.portal.answers.contact_changed"},
	"Activity Log": {"after_insert": "crm4s.access.sign_in.note_failure"},
	"Communication": {"after_insert": "crm4s.interactions.mail.letter_came", "on_update": "crm4s.interactions.mail.hang_files"},
	"File": {"validate": "crm4s.access.uploads.refuse_unfit"},
	"Version": {"before_insert": "crm4s.privacy.masking.mask_version"},
	"ToDo": {"validate": "crm4s.follow_up.keep_task_until_called"},
	"Workflow": {
		"before_validate": "crm4s.workflows.editing.complete_workflow",
		"after_delete": "crm4s.workflows.editing.forget_workflow",
	},
}

# What leaves as a file is asked for, masked, noted and marked.
override_whitelisted_methods = {
	# Frappe does not ask whether who likes a document may read it.
	"frappe.desk.like.toggle_like": "crm4s.access.liking.toggle_like",
	"frappe.desk.reportview.export_query": "crm4s.privacy.exports.export_list",
	"frappe.desk.query_report.export_query": "crm4s.privacy.exports.export_report",
	"frappe.core.doctype.data_export.exporter.export_data": "crm4s.privacy.exports.export_documents",
	"frappe.core.doctype.data_import.data_import.download_template": "crm4s.privacy.exports.download_template",
}

# A letter's headers are looked at before they are forgotten.
# A report that goes out by letter leaves as a file does.
override_doctype_class = {
	"Email Account": "crm4s.interactions.email_account.HeedfulEmailAccount",
	"Auto Email Report": "crm4s.privacy.mailed_reports.NotedAutoEmailReport",
}

# What we know of a document through a link does not keep anybody from deleting it.
ignore_links_on_delete = ["C4S DMS Record", "C4S DMS Conflict", "C4S ERPNext Record", "C4S ERPNext Match"]

# Between our own packages
# ------------------------
# Who takes calls to make, for the messages whose channel is a colleague (crm4s.messages.adapters.local).
c4s_open_call = "crm4s.care.tasks.open_call"
# Who is called within a transaction that noted changes (crm4s.change_feed).
c4s_changes_noted = "crm4s.dms.webhooks.kick.changes_noted"
# How versions that are written in sets hold personal data masked (crm4s.rows.writer).
c4s_mask_changes = "crm4s.privacy.masking.mask_changes"
# How the deadlines of documents stand, by their type, for those whose steps climb (crm4s.escalation).
c4s_escalation_subjects = {"C4S Complaint": "crm4s.complaints.clock.subjects", "C4S Interaction": "crm4s.interactions.ladder.subjects"}

# By the clock
# ------------
scheduler_events = {
	"cron": {
		"*/10 * * * *": ["crm4s.appointments.no_shows.mark_no_shows", "crm4s.interactions.jobs.end_forgotten_calls", "crm4s.escalation.climbing.climb"],
		"* * * * *": ["crm4s.messages.worker.send_due", "crm4s.dms.intake.sweep.sweep_all", "crm4s.dms.intake.upload.resume_all", "crm4s.dms.webhooks.sending.send_due", "crm4s.erpnext_link.running.run"],
	},
	"hourly": [
		"crm4s.appointments.reminders.remind_of_tomorrow",
		"crm4s.campaigns.registrations.mark_no_shows",
		"crm4s.surveys.low_scores.open_missed",
	],
	"hourly_long": ["crm4s.privacy.erasure.resume_all", "crm4s.merging.jobs.resume_all", "crm4s.periodic_reports.jobs.send_due", "crm4s.campaigns.jobs.carry_on"],
	"daily": ["crm4s.privacy.deadlines.remind", "crm4s.reception.closing.close_earlier_days", "crm4s.dms.answers.forget_old", "crm4s.dms.intake.old_uploads.remove_old"],
	"daily_long": [
		"crm4s.merging.jobs.tidy_nightly",
		"crm4s.crm4s.doctype.c4s_customer.classify.recompute_all",
		"crm4s.crm4s.doctype.c4s_vehicle.forecast_jobs.recompute_changed",
		"crm4s.crm4s.doctype.c4s_vehicle.churn_jobs.recompute",
		"crm4s.returning.months.recompute",
		"crm4s.data_quality.count.recount",
		"crm4s.offers.learning.learn",
		"crm4s.retention.winning.catch_up",
		"crm4s.leads.recycle.recycle_leads",
		"crm4s.leads.score.recompute_open_leads",
		"crm4s.crm4s.doctype.c4s_used_car_appraisal.offer.expire_offers",
		"crm4s.care.run.run_nightly",
		"crm4s.retention.contacts.open_due_calls",
		"crm4s.care.tasks.escalate_overdue",
		"crm4s.membership.jobs.earn_missed",
		"crm4s.membership.jobs.expire_points",
		"crm4s.membership.jobs.review_tiers",
		"crm4s.membership.referrals.reward_waiting",
		"crm4s.campaigns.jobs.end_finished",
		"crm4s.campaigns.jobs.recount",
		"crm4s.surveys.inviting.run_daily",
		"crm4s.scorecard.results.run_nightly",
		"crm4s.change_feed.keeping.remove_old",
		"crm4s.privacy.audit.remove_old",
		"crm4s.dms.webhooks.outbox.remove_old",
		"crm4s.privacy.retention.run_nightly",
		"crm4s.group_data.jobs.run_nightly",
	],
	"weekly_long": ["crm4s.crm4s.doctype.c4s_vehicle.forecast_jobs.recompute_all"],
}
