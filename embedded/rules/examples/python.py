"""Examples for the rules: the line below a mark of a rule is found, everything else is not. Never imported."""


def query(customer, column):
	# wrong: query-built-as-text
	frappe.db.sql(f"select name from `tabC4S Lead` where customer = '{customer}'")
	# wrong: query-built-as-text
	frappe.db.sql(f"select name from `tabC4S Lead` where customer like '%{customer}%' and status = %s", "Open")
	# wrong: query-built-as-text
	frappe.db.sql(f"select name from `tabC4S Lead` limit {customer}")
	# wrong: query-built-as-text
	frappe.db.sql("select name from `tabC4S Lead` where customer = '%s'" % customer)
	# wrong: query-built-as-text
	frappe.db.sql("select name from `tabC4S Lead` where customer = '{}'".format(customer))
	# wrong: query-built-as-text
	frappe.db.sql("select name from `tabC4S Lead` where customer = " + customer)
	frappe.db.sql("select name from `tabC4S Lead` where customer = %s", customer)
	frappe.db.sql(f"select {column} from `tab{LEAD}` where customer = %s limit {MOST}", customer)


# wrong: guests-without-limit
@frappe.whitelist(allow_guest=True)
def open_to_all():
	return frappe.get_all("C4S Vehicle Model")


# wrong: guests-without-limit
@frappe.whitelist(methods=["POST"], allow_guest=True)
def written_by_all(text):
	keep(text)


@frappe.whitelist(allow_guest=True)
@rate_limit(limit=10, seconds=60)
def with_a_limit():
	return 1


@frappe.whitelist(allow_guest=True)
def with_a_limit_of_ours():
	limit_callers("models", 10, 60)
	return 1


@frappe.whitelist(allow_guest=True, methods=["POST"])
def signed():
	channel = require_signed_request()
	return take(channel)


@frappe.whitelist()
def writes_at_once(name, value):
	# wrong: write-without-question
	frappe.db.set_value("C4S Lead", name, "grade", value)


@frappe.whitelist()
def asks_afterwards(name):
	# wrong: write-without-question
	frappe.get_doc("C4S Lead", name).save(ignore_permissions=True)
	require_permission("C4S Lead", "write", name)


@frappe.whitelist()
def asks_before(name, value):
	require_permission("C4S Lead", "write", name)
	frappe.db.set_value("C4S Lead", name, "grade", value)


@frappe.whitelist()
def asks_by_the_document(name):
	lead = require_document("C4S Lead", name)
	lead.save(ignore_permissions=True)


@frappe.whitelist()
def saves_with_rights(name):
	frappe.get_doc("C4S Lead", name).save()


@frappe.whitelist()
def any_type(document_type, document_name):
	# wrong: type-from-the-caller
	return frappe.get_doc(document_type, document_name).as_dict()


@frappe.whitelist()
def any_table(doctype):
	# wrong: type-from-the-caller
	return frappe.get_all(doctype)


@frappe.whitelist()
def asked_type(document_type, document_name):
	require_document(document_type, document_name)
	return frappe.get_doc(document_type, document_name).as_dict()


@frappe.whitelist()
def own_type(document_name):
	return frappe.get_doc("C4S Lead", document_name)


def runs(text, given, name):
	# wrong: text-that-is-run
	eval(text)
	# wrong: text-that-is-run
	frappe.safe_eval(text, given)
	# wrong: text-that-is-run
	safe_exec(text)
	# wrong: text-that-is-run
	pickle.loads(text)
	# wrong: text-that-is-run
	subprocess.run(f"convert {name}", shell=True)
	re.compile(text)
	json.loads(text)
	subprocess.run(["convert", name])


@frappe.whitelist()
def any_method(method, lead):
	require_permission("C4S Lead", "write", lead)
	# wrong: method-from-the-caller
	frappe.enqueue(method, lead=lead)
	frappe.enqueue("crm4s.leads.score.recompute", lead=lead)


def named_in_the_request():
	# wrong: method-from-the-caller
	return frappe.get_attr(frappe.form_dict.method)()


def page(text, values):
	# wrong: template-out-of-text
	frappe.render_template(text, values)
	# wrong: template-out-of-text
	environment.from_string(text)
	frappe.render_template("templates/takeout.html", values)


def goes_anywhere(url):
	# wrong: request-without-guard
	requests.get(url)
	# wrong: request-without-guard
	session.post(url, verify=False)
	egress.request("GET", url, headers={}, seconds=5)


def puts_rights_aside(lead):
	# wrong: rights-put-aside
	frappe.flags.ignore_permissions = True
	lead.insert(ignore_permissions=True)


def compares(given, secret, stored):
	# wrong: secret-compared-plainly
	if given == secret:
		return True
	# wrong: secret-compared-plainly
	if stored.token_hash != given:
		return False
	return is_same(secret, given) and stored.status == "Open"
