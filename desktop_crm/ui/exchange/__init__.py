"""The import page: drop a file, see how it is read, match its columns, try it out, bring it in, take it back."""
