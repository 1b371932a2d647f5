"""How findings look on the sender's cells: told apart by colour, and in black and white by frame and weight."""

from townreturn.spreadsheets.editing.styles import Tint

TINTS = {
    "mandatory": Tint("FFB3B3", "C00000", "thin", bold=True),
    "verifying": Tint("FFD966", "7F6000", "dashed"),
    "explained": Tint("E2EFDA", "548235", "dotted"),
    "info": Tint("DDEBF7", "2F75B5", "dotted"),
}
"""By what a mark says of its cell, the gravest first: a cell with two findings shows the graver."""

FILLS = {severity: tint.fill for severity, tint in TINTS.items()}
