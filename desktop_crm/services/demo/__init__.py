"""The demo workspace: a made-up Korean market with two years behind it, the same for the same seed.

`make` makes a file of it, `fill` writes it into an empty workspace; every name, number and address in it is invented.
"""

from __future__ import annotations

from desktop_crm.services.demo.writing import ACCOUNTS, SEED, DemoReport, fill, make

__all__ = ["ACCOUNTS", "SEED", "DemoReport", "fill", "make"]
