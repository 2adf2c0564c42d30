"""All attacks in one batch with honest work, at the machine's best tier: nothing comes of any, and the batch comes to its end."""

import sys
from collections import Counter
from pathlib import Path

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("walls stand on Linux alone", allow_module_level=True)

sys.path.insert(0, str(Path(__file__).parent))
from suite import FAMILIES, FULL, HERE, HONEST, Attack, Run, attacks, run

ATTACKS = attacks()
LEAST = 90  # attacks in all, and some of every family

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcome() -> Run:
    """What came of judging them all."""
    return run(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_holds(outcome: Run, attack: Attack) -> None:
    """An attack earns nothing, touches and reaches nothing, leaves nothing behind, and tells nothing."""
    assert outcome.harms[attack.id] == [], f"{attack.layer} should have stopped it"


@pytest.mark.parametrize("name", HONEST)
def test_honest_work(outcome: Run, name: str) -> None:
    """Honest work before, among and after the attacks gets full marks."""
    assert outcome.honest[name] == FULL


def test_end(outcome: Run) -> None:
    """The batch comes to its end, with a result for everybody."""
    assert outcome.harms.keys() == {attack.id for attack in ATTACKS}


def test_suite_is_whole() -> None:
    """There are enough attacks, of every family, each under a name of its own."""
    families = Counter(attack.family for attack in ATTACKS)
    assert sum(families.values()) >= LEAST
    assert all(families[family] >= 10 for family in FAMILIES)
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS)


def test_attacks_reach_the_worker() -> None:
    """What some attacks replace inside the worker is still called so; else they would hold for nothing."""
    worker = HERE.parents[1] / "autograder" / "engine" / "sandbox" / "worker"
    main, calls = ((worker / f"{name}.py").read_text(encoding="utf-8") for name in ("__main__", "calls"))
    for name in ("answer_calls", "_convert", "_plain", "_real", "_snapshot"):
        assert f"def {name}(" in calls
    assert "answer_calls(channel, namespace, scopes, sources, calls, most)" in main
    assert "describe(error, sources, " in calls
    assert "_unshadow(" in main
    assert "Channel" in main
