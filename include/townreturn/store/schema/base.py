"""What all tables share."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData()
key = BigInteger().with_variant(Integer, "sqlite")
