"""Settings: language and appearance, the workspace, our own company as it stands on quotes, fields of our own."""
