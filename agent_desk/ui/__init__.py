"""The kit every view is made of: look, words, actions, messages and widgets."""
