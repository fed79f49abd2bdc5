"""The rules of selling: pure. No I/O, no clock, frozen values in and out."""
