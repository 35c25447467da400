"""Who hears whom: the one place where parts that do not know each other are tied together."""

from agent_desk.wiring.actions import make_actions
from agent_desk.wiring.shift import take_typed, unwire_shift, wire_shift

__all__ = ["make_actions", "take_typed", "unwire_shift", "wire_shift"]
