"""An edited copy of an xlsx package: the parts concerned are changed, every other one is kept byte for byte."""
