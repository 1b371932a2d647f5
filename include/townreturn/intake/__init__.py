"""A file → a submission: inbox, archive of original bytes, isolated reader, interpretation."""
