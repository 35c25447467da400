"""The only builder: it makes every part and hands it to those who need it. Nothing else reaches for anything."""

from agent_desk.bootstrap.plain_imports import import_plainly

import_plainly()  # before anything else of the desk is loaded: each module counts until the first paint
