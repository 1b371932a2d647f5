"""The throw-away profile in which LibreOffice prints: no macros, nothing fetched, fonts for those that are not here."""

import shutil
import subprocess
from pathlib import Path

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Common/Font/Substitution">
<prop oor:name="Replacement" oor:op="fuse"><value>true</value></prop>
</item>
{fonts}
</oor:items>
"""
"""Of the profile: no macros, nothing that a document names is fetched or run, and fonts in place of those not here."""
_FONT = """<item oor:path="/org.openoffice.Office.Common/Font/Substitution/FontPairs">
<node oor:name="_{number}" oor:op="replace">
<prop oor:name="ReplaceFont" oor:op="fuse"><value>{wanted}</value></prop>
<prop oor:name="SubstituteFont" oor:op="fuse"><value>{instead}</value></prop>
<prop oor:name="Always" oor:op="fuse"><value>true</value></prop>
<prop oor:name="OnScreenOnly" oor:op="fuse"><value>false</value></prop>
</node></item>"""
_FONTS_INSTEAD = {
    "方正小标宋简体": "Noto Serif CJK SC",
    "宋体": "Noto Serif CJK SC",
    "仿宋": "Noto Serif CJK SC",
    "楷体": "AR PL UKai CN",
    "黑体": "Noto Sans CJK SC",
}
"""Free ones of the same kind; where they are not here either, LibreOffice takes what there is. LibreOffice itself would
print everything in one font, without the difference of headings."""


def write_profile(folder: Path) -> None:
    """Write the settings into a new folder, to be named as the program's user installation."""
    here = _families_here()
    absent = [pair for pair in _FONTS_INSTEAD.items() if here and pair[0] not in here]
    fonts = (_FONT.format(number=number, wanted=one, instead=other) for number, (one, other) in enumerate(absent))
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS.format(fonts="\n".join(fonts)), encoding="utf-8")


def _families_here() -> set[str]:
    """The names of all fonts, each under all of its names; none where nobody can tell."""
    listing = shutil.which("fc-list")
    if listing is None:
        return set()
    done = subprocess.run([listing, ":", "family"], capture_output=True, check=False, timeout=60)  # noqa: S603
    return {name.strip() for line in done.stdout.decode("utf-8", "replace").splitlines() for name in line.split(",")}
