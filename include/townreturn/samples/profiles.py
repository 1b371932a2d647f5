"""Typical monthly levels of a town's category, and how they move through the year.

A town is taken as about a thirtieth of a city: published city figures (16 000 officer turns and 517
tobacco cases a year, say) divided by 30 and by 12, rounded up for a large manufacturing town.
"""

from dataclasses import dataclass, field

Season = tuple[int, int, int, int, int, int, int, int, int, int, int, int]

# Per cent of the typical month, January to December. Neighbours differ by less than 20 %, so that
# a healthy sample does not look like a sudden change. February is the Spring Festival.
EVEN: Season = (98, 85, 96, 104, 108, 110, 108, 106, 110, 112, 108, 104)
FESTIVE: Season = (106, 118, 104, 98, 98, 100, 102, 102, 108, 104, 100, 104)
FARMING: Season = (92, 88, 100, 112, 116, 112, 104, 98, 98, 98, 94, 92)
ONLINE: Season = (104, 90, 96, 98, 100, 106, 100, 98, 106, 112, 126, 122)


@dataclass(frozen=True)
class Profile:
    """Typical month: counts; money in 10 000 yuan a case; ``extras`` by indicator code.

    ``case_extras`` are shares of the cases filed. ``quiet`` categories have months without anything.
    """

    actions: float = 6
    officers_per_action: float = 5
    premises: float = 30
    markets: float = 2
    areas: float = 1
    filed: float = 0.9
    case_value: float = 2.0
    case_fine: float = 0.6
    sampled: float = 10
    failed_share: float = 0.06
    complaints: float = 4
    publicity: float = 2
    media: float = 1.2
    season: Season = EVEN
    inspection_season: Season = EVEN
    extras: dict[str, float] = field(default_factory=dict)
    case_extras: dict[str, float] = field(default_factory=dict)
    quiet: bool = False


ORDINARY = Profile()

BY_CATEGORY = {
    "food_drug": Profile(
        actions=26, officers_per_action=6, premises=210, markets=9, areas=2, filed=5, case_value=1.3, case_fine=0.7,
        sampled=85, failed_share=0.03, complaints=34, publicity=4, media=3, inspection_season=FESTIVE,
        extras={"black_dens_banned": 0.6, "licences_revoked": 0.2},
    ),
    "building": Profile(
        actions=9, premises=38, markets=3, filed=1.2, case_value=4.5, case_fine=1.1, sampled=14, failed_share=0.08,
        complaints=5, extras={"building_items_seized": 120}, case_extras={"building_uncertified_cases": 0.3},
    ),
    "tobacco": Profile(
        actions=16, officers_per_action=4, premises=110, markets=4, filed=1.6, case_value=2.6, case_fine=0.5,
        sampled=8, complaints=6, inspection_season=FESTIVE,
        extras={"fake_cigarettes": 4.2, "cut_tobacco": 35.0, "cigarette_machines": 0.1},
        case_extras={"cases_over_50k": 0.2},
    ),
    "agricultural": Profile(
        actions=12, officers_per_action=4, premises=55, markets=3, sampled=40, failed_share=0.02, complaints=3,
        season=FARMING, inspection_season=FARMING,
        extras={"fake_inputs_seized": 0.4, "farmer_losses_recovered": 0.5},
    ),
    "children": Profile(
        actions=5, officers_per_action=4, premises=24, filed=0.5, case_value=0.9, case_fine=0.3, complaints=3,
        extras={"children_items_seized": 260}, case_extras={"children_uncertified_cases": 0.4}, quiet=True,
    ),
    "appliances": Profile(
        actions=5, officers_per_action=4, premises=22, filed=0.6, case_value=1.6, case_fine=0.4, complaints=5,
        extras={"appliance_items_seized": 90}, case_extras={"appliance_uncertified_cases": 0.4},
    ),
    "ecommerce": Profile(
        actions=10, officers_per_action=3.5, premises=30, filed=1.4, case_value=1.1, case_fine=0.4, sampled=16,
        complaints=40, publicity=3, season=ONLINE, inspection_season=ONLINE,
        extras={"online_shops_inspected": 130, "illegal_posts_deleted": 22, "sites_ordered_to_rectify": 3,
                "sites_closed": 0.3},
    ),
}  # fmt: skip
