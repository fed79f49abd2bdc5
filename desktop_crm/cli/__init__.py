"""Floor 5: the terminal door. Commands ask services; texts come from i18n; with `--json` nothing but JSON is printed."""
