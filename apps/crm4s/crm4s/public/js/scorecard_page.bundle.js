import { Scorecard } from "./scorecard/page";

frappe.provide("crm4s.scorecard");
crm4s.scorecard.Page = Scorecard;
