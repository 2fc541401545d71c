"""How long threads wait in a loop."""

import pytest

from custom.system.shared_cores import SPINS, share_cores


@pytest.mark.parametrize(
    ("given", "spins"),
    [({}, SPINS), ({"GOMP_SPINCOUNT": "7"}, "7"), ({"OMP_WAIT_POLICY": "ACTIVE"}, None)],
)
def test_threads_give_their_core_up_unless_the_environment_says_how_they_wait(given, spins):
    environment = dict(given)
    share_cores(environment)
    assert environment.get("GOMP_SPINCOUNT") == spins
