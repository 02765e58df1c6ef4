"""What customers see and do themselves, at /my: phone first, without scripts for reading.

renderer     Frappe's hook page_renderer leads here: one request, from the address to the answer
routes       which function fills which page and carries out which action, and what kind of document each name in an address or a form is
viewer       who is here, and for whom he or she may look and act
own          what belongs to a viewer: every name in an address or a form passes here, and one that is foreign is answered like one that is not
frame        Jinja, language, messages that stay for one page
accounts     who may sign in: account, user and customer; whom they act for
codes, links, devices   the three ways in: a code, a link by message, a phone that was here before
pages/       one topic a file: `@page` fills, `@action` carries out; `matters` are what the first page shows as open
service      whose appointments, visits and rentals are, who pays, who is told; booking, visit_progress, car_history, rentals, stores: what their pages show
sheets       printed sheets as PDF for their customers
uploads, files   photos that come in and go out

A page function gets the viewer and names that are already proven to be the viewer's own. Nothing of this is a whitelisted method.
"""
