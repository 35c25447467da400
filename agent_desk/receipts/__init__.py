"""Receipts: paper written by hand while the charging system is down, and its books of numbers."""
