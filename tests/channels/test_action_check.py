import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.channels import action_check

GOOD = {
    "events": [{"event": "slot", "name": "safety_shown", "value": ["abuse"]}],
    "responses": [{"text": "a"}],
}
BAD = [[], {"events": 5}, {"events": [{"event": 5}]}, {"events": [{"name": "x"}]}, {"responses": ["text"]}]


@pytest.mark.parametrize("result", [GOOD, *BAD], ids=str)
def test_the_same_is_refused_as_by_rasas_own_check(result):
    action = RemoteAction("action_answer", action_endpoint=None)
    outcomes = []
    for check in (RASAS_OWN, action_check.validate_action_result):
        try:
            outcomes.append(check(action, result))
        except ValidationError:
            outcomes.append("refused")
    assert outcomes[0] == outcomes[1] == (True if result is GOOD else "refused")


RASAS_OWN = RemoteAction._validate_action_result


def test_it_takes_the_place_of_rasas(monkeypatch):
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RASAS_OWN)
    action_check.install()
    assert RemoteAction._validate_action_result is action_check.validate_action_result
