import { JobBoard } from "./workshop/page";
import { MyJobs } from "./workshop/mine";

frappe.provide("crm4s.workshop");
crm4s.workshop.Board = JobBoard;
crm4s.workshop.MyJobs = MyJobs;
