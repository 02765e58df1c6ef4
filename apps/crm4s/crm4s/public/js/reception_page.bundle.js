import { ShowroomReception } from "./reception/page";

frappe.provide("crm4s.reception");
crm4s.reception.Page = ShowroomReception;
