"""What happens after the app is installed and after each migrate; both are safe to run again."""

from crm4s.english import install_english_names
from crm4s.seed.loader import load_seed


def after_install() -> None:
	load_seed()
	install_english_names()


def after_migrate() -> None:
	load_seed()
	install_english_names()
