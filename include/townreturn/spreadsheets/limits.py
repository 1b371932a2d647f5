"""Every cap on what a file may cost, each with its reason: out of reach of an honest workbook, small for a bomb.

Honest means: our workbooks are 20 to 60 kB, eight sheets of at most a few hundred rows; a unit that
pastes its whole case register and a few photographs into one stays under 10 MB.
"""

JOBS_A_CHILD = 500
"""Files read by one child: its start (about 60 ms) is spread thin, and what it leaks dies with it."""
JOB_CPU_SECONDS = 10
"""CPU time of one file; honest ones take milliseconds, those at every cap several seconds."""
JOB_WALL_SECONDS = 60
"""Longest silence of a child before it is given up; six times the CPU time, for a busy machine."""
CHILD_MEMORY_BYTES = 1 << 30
"""Address space of a child; hundreds of honest workbooks leave it under 80 MB of real memory."""
ANSWER_BYTES = 64 << 20
"""Longest answer a parent takes from a child: what a child says costs memory where nothing is limited."""

FILE_BYTES = 20 << 20
"""A submission; mail gateways stop at about this size too."""
PACKAGE_ENTRIES = 2_000
"""Parts of a package: ours have 14, a workbook with several hundred pictures stays below a thousand."""
PART_BYTES = 64 << 20
"""One part unpacked. Workbooks copied from year to year carry style sheets of over ten megabytes."""
PACKAGE_BYTES = 128 << 20
"""All parts unpacked, as the directory declares them; a part is never unpacked beyond what it declares."""
PART_RATIO = 200
"""Unpacked to packed size of one part: XML of cells reaches 60, deflate can reach 1 032."""
PART_RATIO_FREE_BYTES = 1 << 20
"""Below this size a part may be as repetitive as it likes: blank tables are."""
SHEETS = 200
"""Sheets of a workbook: a year of months with a dozen sheets each."""
SHEET_ROWS, SHEET_COLUMNS = 20_000, 702
"""Reach of the cells with values: a whole case register, and columns up to ZZ."""
SHEET_CELLS = 500_000
"""Rows times columns of that reach in one sheet, blank or not: the register again, with 25 columns."""
MERGES = 5_000
"""Merged ranges of a sheet; ours have under ten."""
TEXT_BYTES = 8 << 20
"""What a workbook says, written out, blank ends trimmed; ours say about 20 kB."""
REMEMBERED_PART_BYTES, REMEMBERED_PARTS = 128 << 10, 256
"""Unpacked parts whose reading is kept for the next workbook: 32 MB of them at the most."""
REMEMBERED_ROW_BYTES, REMEMBERED_ROWS = 4 << 10, 8192
"""Rows of cells and shared strings likewise."""
