"""The way in: first start (demo, import, join a server, open a file), passphrases, unlocking. It opens nothing itself."""
