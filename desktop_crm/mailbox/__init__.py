"""Mail servers: looking by IMAP, handing over by SMTP. Bytes in and out; what a mail says and where it belongs is not known here."""
