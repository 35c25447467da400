"""Agent Desk: the workstation of a customer-service seat that keeps working when everything behind it is down."""

__version__ = "0.1.0"
