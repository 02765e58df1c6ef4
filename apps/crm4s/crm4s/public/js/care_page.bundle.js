import { CareQueue } from "./care/queue";

frappe.provide("crm4s.care");
crm4s.care.Queue = CareQueue;
