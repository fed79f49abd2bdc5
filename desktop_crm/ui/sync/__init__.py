"""The sync centre: what waits, what came into conflict, what was refused, how the last runs went. It decides nothing itself."""
