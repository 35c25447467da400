"""The tests meet a real keyring, never the one of the person at this machine."""

from __future__ import annotations

import sys

import keyring.backend
import pytest

from tests.peers.keyring import KeyringPeer


@pytest.mark.skipif(sys.platform != "linux", reason="Secret Service is Linux's")
def test_a_secret_rests_in_the_secret_service(keyring_service: KeyringPeer) -> None:
    from keyring.backends.SecretService import Keyring

    kept = Keyring()
    assert isinstance(kept, keyring.backend.KeyringBackend)
    assert kept.priority >= 1
    kept.set_password("agent-desk-house", "seat", "密码")
    assert kept.get_password("agent-desk-house", "seat") == "密码"
    kept.delete_password("agent-desk-house", "seat")
    assert kept.get_password("agent-desk-house", "seat") is None
