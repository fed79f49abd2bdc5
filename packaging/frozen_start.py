"""Where the frozen app starts. Worker processes start here too, and must not open a second window."""

from __future__ import annotations

import multiprocessing

from desktop_crm.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
