"""What lies in the package itself and is somebody else's."""

from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "include" / "townreturn"


@dataclass(frozen=True)
class Vendored:
    """A file of another project; ``purl`` names where it comes from, as a package URL."""

    name: str
    version: str
    licence: str
    purl: str
    file: Path


VENDORED = (
    Vendored(
        "echarts", "6.1.0", "Apache-2.0 AND BSD-3-Clause", "pkg:npm/echarts@6.1.0",
        PACKAGE / "board" / "static" / "vendor" / "echarts.common.min.js",
    ),
    Vendored(
        "Noto Sans SC", "2.004-H2", "OFL-1.1", "pkg:generic/noto-sans-sc@2.004-H2",
        PACKAGE / "publishing" / "fonts" / "NotoSansSC-Regular.ttf",
    ),
)  # fmt: skip
