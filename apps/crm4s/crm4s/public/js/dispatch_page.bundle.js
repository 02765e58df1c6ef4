import { DispatchBoard } from "./dispatch/page";

frappe.provide("crm4s.dispatch");
crm4s.dispatch.Board = DispatchBoard;
