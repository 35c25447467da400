"""The only builder: it makes every part and hands it to those who need it. Nothing else reaches for anything."""
