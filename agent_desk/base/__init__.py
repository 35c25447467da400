"""What every room stands on: ids, clock, money, phone numbers, errors. Standard library only."""
