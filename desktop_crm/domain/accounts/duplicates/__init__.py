"""Which records are the same one twice: values made comparable, compared, weighed, gathered into sets. Pure; no record is changed."""
