"""A town's monthly anti-counterfeiting return, from units' workbooks to the published return."""
