"""Persons, their households, appointments, masking, and phones kept encrypted."""
