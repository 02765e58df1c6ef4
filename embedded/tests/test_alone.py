from embedded import alone

BROWSER = "apps/crm4s/crm4s/tests/end_to_end/test_care.py::TestCare::test_it"
SERVER = "embedded/tests/test_backup.py::test_it"
PLAIN = "apps/crm4s/crm4s/care/tests/test_rules.py::TestRules::test_it"


def told(folder, *failed: str) -> list[str]:
	record = folder / "failed"
	record.write_text("".join(f"{test}\n" for test in failed))
	return alone.to_run_again(record)


def test_a_few_of_servers_and_browsers_run_again_each_once(tmp_path):
	assert told(tmp_path, SERVER, BROWSER, BROWSER) == [BROWSER, SERVER]


def test_a_test_of_the_app_alone_has_one_try(tmp_path):
	assert told(tmp_path, SERVER, PLAIN) == []


def test_many_are_no_accident(tmp_path):
	assert told(tmp_path, *(f"{BROWSER}_{number}" for number in range(alone.MOST + 1))) == []


def test_without_a_record_nothing_runs(tmp_path):
	assert alone.to_run_again(tmp_path / "failed") == []
