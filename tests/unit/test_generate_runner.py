import math
import os
import signal
from datetime import UTC, datetime

import pytest

from millstream.errors import EngineError, UsageError
from millstream.generate import GeneratorOptions, delivery, run
from millstream.generate.pace import Pace
from millstream.generate.stopping import stop_on_signal

NO_BROKER = "127.0.0.1:1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 0},
        {"rate": math.nan},
        {"rate": math.inf},
        {"duration_s": 0},
        {"events": 0},
        {"duration_s": 1, "events": 1},
        {"seed": -1},
        {"speed": 0},
        {"bad_pct": 101},
        {"late_pct": -1},
        {"as_of": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"as_of": datetime(1970, 1, 1, tzinfo=UTC)},
        {"delivery_timeout_s": 0},
    ],
    ids=str,
)
def test_options_out_of_range_are_refused_with_the_legal_range(wrong):
    with pytest.raises(UsageError) as refused:
        GeneratorOptions(NO_BROKER, **wrong)
    assert refused.value.mend.startswith("It must be ")


def test_an_unknown_scenario_is_refused_with_what_was_meant():
    with pytest.raises(UsageError, match="no scenario `black-fridy`") as refused:
        GeneratorOptions(NO_BROKER, scenario="black-fridy")
    assert refused.value.mend == "did you mean `black-friday`?"


def test_a_duration_is_as_many_records_as_fit_into_it():
    assert GeneratorOptions(NO_BROKER, rate=50, duration_s=600).total == 30_000
    assert GeneratorOptions(NO_BROKER, rate=50, events=7).total == 7
    assert GeneratorOptions(NO_BROKER, rate=50).total is None


def test_no_record_is_sent_before_it_is_due():
    pace = Pace(per_second=4)
    assert [pace.due(t) for t in (0.0, 0.24, 0.25, 0.99, 1.0)] == [1, 1, 2, 4, 5]
    assert pace.overdue_s(sent=1, elapsed_s=0.0) == -0.25
    assert pace.overdue_s(sent=1, elapsed_s=1.25) == 1.0


def test_as_fast_as_possible_has_everything_due_and_nothing_overdue():
    pace = Pace(per_second=math.inf)
    assert pace.due(0.0) > 10**12
    assert pace.overdue_s(sent=5, elapsed_s=60.0) == 0.0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_to_stop_and_the_second_interrupts(number):
    before = signal.getsignal(number)
    with stop_on_signal() as stop:
        assert not stop.requested
        os.kill(os.getpid(), number)
        assert stop.requested
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_without_a_broker_the_error_names_its_address_and_the_mend(monkeypatch):
    monkeypatch.setattr(delivery, "CONNECT_TIMEOUT_S", 0.3)
    with pytest.raises(EngineError, match=r"no Kafka broker answers at 127\.0\.0\.1:1:") as refused:
        run(GeneratorOptions(NO_BROKER, events=1))
    assert "millstream up" in refused.value.mend
    assert refused.value.exit_code == 3
