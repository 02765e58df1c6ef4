"""What happens after the app is installed and after each migrate; both are safe to run again."""

from crm4s.seed.loader import load_seed


def after_install() -> None:
	load_seed()


def after_migrate() -> None:
	load_seed()
