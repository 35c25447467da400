"""Settings: declared once, read typed, layered from the seat's file over the centre to the agent."""
