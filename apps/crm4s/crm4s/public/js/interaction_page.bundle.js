import { InteractionCentre } from "./interactions/centre";

frappe.provide("crm4s.interactions");
crm4s.interactions.Centre = InteractionCentre;
