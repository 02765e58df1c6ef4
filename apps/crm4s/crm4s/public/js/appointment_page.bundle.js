import { AppointmentDesk } from "./appointments/desk";

frappe.provide("crm4s.appointments");
crm4s.appointments.Desk = AppointmentDesk;
