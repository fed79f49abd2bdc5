"""Mail as the trade sees it: accounts, what goes out and in which state it is. Pure; servers are `mailbox`'s, files `exchange`'s."""
