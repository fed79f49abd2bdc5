"""Floor 2: keys, secrets and signatures. Secrets live in the operating system's keyring, or are derived from a passphrase."""
