"""The levels of government that gather returns, each from the one below."""

from enum import StrEnum


class Level(StrEnum):
    """镇、县（区）、市、省、国家: whose return a plan makes."""

    TOWN = "town"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NATION = "nation"
