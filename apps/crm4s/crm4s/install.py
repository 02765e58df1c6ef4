"""What happens after the app is installed and after each migrate; both are safe to run again."""

from crm4s.english import install_english_names
from crm4s.seed.settings import point_settings_at_standards
from crm4s.workflows.loader import load_standards
from crm4s.workflows.permissions import let_administrators_edit_workflows


def after_install() -> None:
	after_migrate()
	point_settings_at_standards(fresh=True)


def after_migrate() -> None:
	load_standards()
	point_settings_at_standards()
	let_administrators_edit_workflows()
	install_english_names()
